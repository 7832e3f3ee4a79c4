#pragma once

#include <string>

#include "frontend/config/cache_directory.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/files.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The directory for generated channels and copies of channels: from --work, or in the cache.
inline std::string WorkDirectory(const Arguments& arguments) {
  return arguments.work.empty() ? CacheDirectory(&LookUpEnvironment) + "/corpora"
                                : AbsolutePath(arguments.work);
}

}  // namespace satchel
