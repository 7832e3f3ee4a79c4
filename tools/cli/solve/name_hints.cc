#include "tools/cli/solve/name_hints.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/source_options.h"
#include "solver/explain/known_names.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {
namespace {

// Those for which most channels have packages.
constexpr const char* kCommonPlatforms[] = {"linux-64", "osx-arm64", "win-64", "osx-64",
                                            "linux-aarch64"};

// The channels for another platform, from what is on this machine.
absl::StatusOr<LoadedChannels> LoadOffline(const Arguments& arguments, const std::string& platform,
                                           const std::vector<std::string>& channels,
                                           const std::vector<std::string>& names) {
  Arguments offline = arguments;
  offline.offline = true;
  offline.quiet = true;
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(offline));
  IndexCacheOptions options;
  options.directory = IndexDirectoryOf(arguments);
  IndexCache cache(std::move(options));
  ASSIGN_OR_RETURN(LocalChannelSource local,
                   LocalChannelSource::Create(LocalAlias(arguments), &cache));
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelSource> source,
                   OpenChannels(offline, configuration, std::move(local)));
  WantedNames wanted;
  wanted.everything = false;
  wanted.with_dependencies = false;
  wanted.names = names;
  return LoadChannels(*source, channels, platform, wanted, RelationOptionsOf(configuration));
}

bool Has(const LoadedChannels& channels, std::string_view name) {
  return std::ranges::any_of(channels.channels, [name](const LoadedChannel& channel) {
    return std::ranges::any_of(channel.subdirs, [name](const LoadedSubdir& subdir) {
      const NameId id = subdir.index->FindName(name);
      return id.ok() && subdir.index->Records(id).first < subdir.index->Records(id).last;
    });
  });
}

// By name, the platforms that have it.
std::vector<std::string> PlatformHints(const Arguments& arguments, const std::string& platform,
                                       const std::vector<std::string>& channels,
                                       const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> having(names.size());
  for (const char* const other : kCommonPlatforms) {
    if (other == platform) {
      continue;
    }
    const absl::StatusOr<LoadedChannels> loaded = LoadOffline(arguments, other, channels, names);
    for (std::size_t i = 0; loaded.ok() && i < names.size(); ++i) {
      if (Has(*loaded, names[i])) {
        having[i].emplace_back(other);
      }
    }
  }
  std::vector<std::string> hints;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!having[i].empty()) {
      hints.push_back(absl::StrFormat("there is no %s for %s; %s %s it", names[i], platform,
                                      absl::StrJoin(having[i], ", "),
                                      having[i].size() == 1 ? "has" : "have"));
    }
  }
  return hints;
}

}  // namespace

std::vector<std::string> NameHints(const Arguments& arguments, const std::string& platform,
                                   const std::vector<std::string>& channels,
                                   const std::vector<std::string>& names) {
  std::vector<std::string> hints;
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    if (const std::string_view other = CondaNameOf(name); !other.empty()) {
      hints.push_back(
          absl::StrFormat("conda packages do not call it '%s' but '%s'", name, std::string(other)));
      continue;
    }
    unknown.push_back(name);
    const std::string channel(ChannelKnownFor(name));
    if (!channel.empty() && std::ranges::count(channels, channel) == 0) {
      hints.push_back(absl::StrFormat("the channel %s has %s; add -c %s", channel, name, channel));
    }
  }
  if (!unknown.empty()) {
    std::ranges::move(PlatformHints(arguments, platform, channels, unknown),
                      std::back_inserter(hints));
  }
  return hints;
}

}  // namespace satchel
