#pragma once

#include <string>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Where what can be made again is kept: $SATCHEL_CACHE_DIR, else satchel/ in $XDG_CACHE_HOME or in
// ~/.cache (the XDG base directory specification). Empty if there is no place: no home.
std::string CacheDirectory(const EnvironmentLookup& lookup);

// index/ in it, where the indexes of channels are. Empty if there is no place.
std::string IndexDirectory(const EnvironmentLookup& lookup);

}  // namespace satchel
