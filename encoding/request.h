#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repodata/index/index.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"

namespace satchel {

// A channel: its canonical name, the location of its packages, and the indexes of its subdirs (the
// platform's and noarch; they rank as one channel). The indexes outlive the request.
struct Channel {
  std::string name;
  std::string
      url;  // Base of the package URLs: <url>/<subdir>/<fn>, unless base_url says otherwise.
  std::vector<const Index*> subdirs;
};

// conda's channel_priority. kStrict: a name in a higher channel hides it in all lower channels,
// whatever its versions. kFlexible: the channel comes before the version in preference. kDisabled:
// the channel only breaks ties.
enum class ChannelPriority { kStrict, kFlexible, kDisabled };

struct InstalledPackage {
  PackageRecord record;
  // The spec with which the user once requested it (conda's history), if any.
  std::optional<MatchSpec> requested;
  bool stands_alone =
      false;  // Even if a channel has the same record: satchel ignores that record's metadata.
};

// How old the records of a name (conda's exclude_newer_package) or of a channel (channel_settings)
// must be.
struct AgeLimit {
  std::string name;                       // Empty: of any.
  std::optional<std::size_t> channel;     // Its rank; none: of any.
  std::optional<std::int64_t> newest_ms;  // None: they may be of any age.
};

// Everything that determines the plan, except the objective. Plain data; the caller parses and
// checks it.
struct Request {
  std::vector<Channel> channels;                // Highest priority first.
  std::vector<MatchSpec> specs;                 // Required: present and matching.
  std::vector<MatchSpec> pins;                  // Matching if present.
  std::vector<PackageRecord> virtual_packages;  // Names with a leading "__".
  std::vector<InstalledPackage> installed;
  std::vector<MatchSpec> remove;  // Installed packages that must go.
  ChannelPriority priority = ChannelPriority::kFlexible;
  std::optional<std::int64_t> exclude_newer_ms;  // Records with a later timestamp are ignored.
  std::vector<AgeLimit> age_limits;  // Count before exclude_newer_ms (age_limit.h); the last wins.
  // From when the limits were counted back, for messages; 0: they are dates.
  std::int64_t now_ms = 0;
  bool update_all = false;           // Do not prefer installed versions.
  bool prune = false;                // Installed packages that nothing needs may be
                                     // removed.
  bool ignore_dependencies = false;  // --no-deps.
};

}  // namespace satchel
