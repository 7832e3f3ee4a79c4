#include "frontend/fetch/source_options.h"

#include <algorithm>

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

RelationOptions RelationOptionsOf(const Configuration& configuration) {
  const std::int64_t depth = configuration.Integer("channel_relations_max_depth");
  return {static_cast<std::size_t>(std::max<std::int64_t>(depth, 0))};
}

}  // namespace satchel
