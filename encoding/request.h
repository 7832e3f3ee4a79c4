#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repodata/index/index.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"

namespace satchel {

// One channel: its canonical name, where its packages lie, and the indexes of its subdirs (the
// platform's and noarch; they rank as one channel). The indexes outlive the request.
struct Channel {
  std::string name;
  std::string
      url;  // Base of the package URLs: <url>/<subdir>/<fn>, unless base_url says otherwise.
  std::vector<const Index*> subdirs;
};

// conda's channel_priority. kStrict: a name that a higher channel has is hidden in all lower ones,
// whatever its versions; kFlexible: a higher channel is preferred before the version;
// kDisabled: the channel only breaks ties.
enum class ChannelPriority { kStrict, kFlexible, kDisabled };

struct InstalledPackage {
  PackageRecord record;
  // The spec the user once asked for it with (conda's history), if any.
  std::optional<MatchSpec> requested;
  bool stands_alone =
      false;  // Even if a channel has the same record: that one's metadata is not used.
};

// Everything that decides a solve, except the objective. Plain data; parsed and checked by whoever
// makes it.
struct Request {
  std::vector<Channel> channels;                // Highest priority first.
  std::vector<MatchSpec> specs;                 // Wanted: present and matching.
  std::vector<MatchSpec> pins;                  // Matching if present.
  std::vector<PackageRecord> virtual_packages;  // Names with a leading "__".
  std::vector<InstalledPackage> installed;
  std::vector<MatchSpec> remove;  // Installed packages that must go.
  ChannelPriority priority = ChannelPriority::kFlexible;
  std::optional<std::int64_t> exclude_newer_ms;  // Records with a later timestamp do not exist.
  bool update_all = false;                       // No installed version is preferred.
  bool prune = false;                            // Installed packages that nothing needs may go.
  bool ignore_dependencies = false;              // --no-deps.
};

}  // namespace satchel
