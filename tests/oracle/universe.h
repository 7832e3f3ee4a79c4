#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "solver/solve.h"

namespace satchel::oracle {

// A whole solve problem as plain text fields, so that it can be made at random, printed, taken
// apart and put together again; World is the same in the solver's types.

struct UniverseRecord {
  std::string name;
  std::string version;
  std::string build;
  std::uint64_t build_number = 0;
  std::string subdir = "linux-64";  // Or "noarch".
  std::string track_features;
  std::int64_t timestamp_ms = 0;
  bool is_conda_format = true;
  std::vector<std::string> depends;
  std::vector<std::string> constrains;
  std::vector<std::string> flags;
  ExtraDepends extra_depends;  // By name.
};

struct UniverseChannel {
  std::string name;
  std::vector<UniverseRecord> records;
};

struct UniverseInstalled {
  std::string channel;
  UniverseRecord record;
  std::optional<std::string> requested;
};

struct Universe {
  std::vector<UniverseChannel> channels;
  std::vector<std::string> specs;
  std::vector<std::string> pins;
  std::vector<std::string> remove;
  std::vector<UniverseInstalled> installed;
  std::vector<UniverseRecord> virtual_packages;  // Name, version and build count.
  ChannelPriority priority = ChannelPriority::kFlexible;
  std::optional<std::int64_t> exclude_newer_ms;
  bool update_all = false;
  bool prune = false;
  bool ignore_dependencies = false;
  Objective objective = Objective::kNewest;
};

// The universe as a request. Move-only; the request points into the indexes.
struct World {
  std::vector<std::unique_ptr<Index>> indexes;
  Request request;
};

[[nodiscard]] std::string FileName(const UniverseRecord& record);
[[nodiscard]] PackageRecord ToPackageRecord(const UniverseRecord& record,
                                            const std::string& channel);

// The repodata.json of one subdir of the channel.
[[nodiscard]] std::string RepodataText(const UniverseChannel& channel, const std::string& subdir);

// Errors: those of IngestRepodata and MatchSpec::Parse; kInternal if a record was skipped.
[[nodiscard]] absl::StatusOr<World> BuildWorld(const Universe& universe);

}  // namespace satchel::oracle
