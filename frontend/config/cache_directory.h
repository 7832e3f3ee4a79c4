#pragma once

#include <string>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// The directory for data that satchel can rebuild: $SATCHEL_CACHE_DIR, else satchel/ in
// $XDG_CACHE_HOME or in ~/.cache (the XDG base directory specification). Empty if there is no home
// directory.
std::string CacheDirectory(const EnvironmentLookup& lookup);

// Its subdirectory index/, with the indexes of channels. Empty if there is no cache directory.
std::string IndexDirectory(const EnvironmentLookup& lookup);

}  // namespace satchel
