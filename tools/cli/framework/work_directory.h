#pragma once

#include <string>

#include "frontend/config/cache_directory.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/files.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Where made-up channels, and copies of others, are kept: of --work, or in the cache.
inline std::string WorkDirectory(const Arguments& arguments) {
  return arguments.work.empty() ? CacheDirectory(&LookUpEnvironment) + "/corpora"
                                : AbsolutePath(arguments.work);
}

}  // namespace satchel
