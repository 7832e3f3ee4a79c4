#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/exit_code.h"

#include <nlohmann/json_fwd.hpp>

namespace satchel {

// The channels in the options and the configuration, and those that the specs name, with at least
// the records of `wanted`. Prints warnings.
[[nodiscard]] absl::StatusOr<LoadedChannels> LoadForQuery(const Arguments& arguments,
                                                          const WantedNames& wanted,
                                                          const std::vector<MatchSpec>& specs = {});

// What is installed in an environment, as if it were channels.
[[nodiscard]] absl::StatusOr<LoadedChannels> LoadInstalled(const TargetArguments& arguments);

// Whether a query is about an environment: --local, -n, -p; for the graphs of repoquery also where
// no channel is named and an environment is active, as with micromamba.
bool IsLocalQuery(const Arguments& arguments);

// A record and its location.
struct FoundRecord {
  const LoadedChannel* channel = nullptr;
  const Index* index = nullptr;
  RecordId id;

  PackageRecord Copy() const;  // With its URL.
};

// The matching records, by name, version, build number and build; among equal ones the earlier
// channel's first.
std::vector<FoundRecord> FindMatching(const LoadedChannels& channels, const MatchSpec& spec);

// Takes out those that exclude_newer hides from a solve, and says how many they were.
[[nodiscard]] absl::StatusOr<std::size_t> HideTooNew(const ChannelArguments& arguments,
                                                     const LoadedChannels& channels,
                                                     std::vector<FoundRecord>* found);

// The newest record, as conda prefers it: the last of FindMatching in the first channel that has
// any; none if there is none.
const FoundRecord* Newest(const std::vector<FoundRecord>& found, const LoadedChannels& channels);

// The URL of each subdir, without credentials.
std::vector<std::string> SubdirUrls(const LoadedChannels& channels);

// Says that no package of `where` matches what was typed, and which `other` name may be meant.
absl::StatusOr<ExitCode> NothingMatches(const OutputArguments& arguments, const std::string& typed,
                                        const std::string& where = "the channels",
                                        const std::string& other = "",
                                        const std::vector<std::string>& urls = {});

// conda's columns: Name, Version, Build, Channel.
std::string RecordTable(const std::vector<FoundRecord>& records);
// {"name": [record, ...]}, as in conda's `search --json`.
std::string RecordsJson(const std::vector<FoundRecord>& records);

// As micromamba's `repoquery --json`, with the keys of `more` beside.
std::string MambaQueryJson(const std::string& query, std::string_view type,
                           const std::vector<FoundRecord>& records,
                           const std::vector<FoundRecord>& roots,
                           const nlohmann::ordered_json& more);

// "channel", or "channel/subdir".
std::string PlaceOf(const FoundRecord& record);

}  // namespace satchel
