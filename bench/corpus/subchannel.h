#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

#include <nlohmann/json.hpp>

namespace satchel {

// One record of a repodata.json, as text.
struct RawRecord {
  std::string section;  // "packages" or "packages.conda".
  std::string fn;
  std::string name;
  nlohmann::json fields;
};

// A part of the repodata of one subdir of one channel.
struct Subchannel {
  BenchChannel channel;
  std::string subdir;
  nlohmann::json info;
  std::vector<RawRecord> records;
};

// The names that a plan for these specs may contain: those of the specs, and of the dependencies of
// any record of such a name. Other names cannot change the answer.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> ReachableNames(const Problem& problem);

// The records of the problem's channels whose name is in `names` (sorted). Keeps only these in
// memory, however large the channel. Errors: those of reading; kInvalidArgument if it is not
// repodata; kUnimplemented if it is compressed.
[[nodiscard]] absl::StatusOr<std::vector<Subchannel>> ReadSubchannels(
    const Problem& problem, const std::vector<std::string>& names);

// Writes <directory>/<channel>/<subdir>/repodata.json, and makes the problem use these channels.
[[nodiscard]] absl::Status WriteSubchannels(const std::vector<Subchannel>& parts,
                                            const std::string& directory, Problem* problem);

// A manifest with only this problem, whose channels are beside it.
std::string ManifestText(const Problem& problem, const std::string& directory);

}  // namespace satchel
