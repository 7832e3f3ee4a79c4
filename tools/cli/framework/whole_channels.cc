#include "tools/cli/framework/whole_channels.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/fetch/source_options.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {

absl::StatusOr<LoadedChannels> LoadWholeChannels(const Arguments& arguments,
                                                 const Configuration& configuration,
                                                 const std::vector<std::string>& typed,
                                                 const std::string& platform) {
  IndexCacheOptions options;
  options.directory = IndexDirectoryOf(arguments);
  IndexCache cache(std::move(options));
  ASSIGN_OR_RETURN(LocalChannelSource local,
                   LocalChannelSource::Create(LocalAlias(arguments), &cache));
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelSource> source,
                   OpenChannels(arguments, configuration, std::move(local)));
  ASSIGN_OR_RETURN(LoadedChannels channels, LoadChannels(*source, typed, platform, WantedNames(),
                                                         RelationOptionsOf(configuration)));
  for (std::string& warning : cache.TakeWarnings()) {
    channels.warnings.push_back(std::move(warning));
  }
  return channels;
}

}  // namespace satchel
