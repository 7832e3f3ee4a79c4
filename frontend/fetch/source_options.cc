#include "frontend/fetch/source_options.h"

#include "frontend/config/cache_directory.h"
#include "frontend/config/virtual_packages.h"

namespace satchel {

NetworkSourceOptions SourceOptionsOf(const Configuration& configuration) {
  NetworkSourceOptions options;
  options.cache_directory = CacheDirectory(&LookUpEnvironment);
  options.repodata.ttl_s = configuration.Integer("local_repodata_ttl");
  options.use_shards = configuration.Bool("repodata_use_shards");
  options.use_zst = configuration.Bool("repodata_use_zst");
  return options;
}

}  // namespace satchel
