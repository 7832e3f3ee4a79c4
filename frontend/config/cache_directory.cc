#include "frontend/config/cache_directory.h"

#include "frontend/files.h"

namespace satchel {

std::string CacheDirectory(const EnvironmentLookup& lookup) {
  if (const std::string own = lookup("SATCHEL_CACHE_DIR").value_or(""); !own.empty()) {
    return AbsolutePath(ExpandPath(own));
  }
  // The specification: a relative path is to be ignored.
  if (const std::string xdg = lookup("XDG_CACHE_HOME").value_or(""); xdg.starts_with("/")) {
    return AbsolutePath(xdg + "/satchel");
  }
  const std::string home = lookup("HOME").value_or("");
  return home.starts_with("/") ? AbsolutePath(home + "/.cache/satchel") : "";
}

std::string IndexDirectory(const EnvironmentLookup& lookup) {
  const std::string cache = CacheDirectory(lookup);
  return cache.empty() ? "" : cache + "/index";
}

}  // namespace satchel
