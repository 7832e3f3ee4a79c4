#include "repodata/package_url.h"

#include <algorithm>

namespace satchel {
namespace {

std::string Join(std::string base, std::string_view rest) {
  if (!base.ends_with('/')) {
    base += '/';
  }
  return base.append(rest);
}

// `reference` as seen from `directory`: absolute, from the server's root, or relative. ".." ends at
// the root.
std::string Resolve(std::string directory, std::string_view reference) {
  if (reference.find("://") != std::string_view::npos) {
    return std::string(reference);
  }
  const std::size_t scheme = directory.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t root = std::min(directory.find('/', host), directory.size());
  if (reference.starts_with('/')) {
    directory.resize(root);
  }
  while (!reference.empty()) {
    const std::size_t slash = reference.find('/');
    const std::string_view part = reference.substr(0, slash);
    if (part == "..") {
      directory.resize(std::max(root, std::min(directory.rfind('/'), directory.size())));
    } else if (!part.empty() && part != ".") {
      directory.append("/").append(part);
    }
    reference.remove_prefix(slash == std::string_view::npos ? reference.size() : slash + 1);
  }
  return directory;
}

}  // namespace

std::string PackageUrl(std::string_view channel_url, std::string_view subdir,
                       std::string_view base_url, std::string_view fn) {
  if (channel_url.empty()) {
    return base_url.find("://") == std::string_view::npos ? "" : Join(std::string(base_url), fn);
  }
  return Join(Resolve(Join(std::string(channel_url), subdir), base_url), fn);
}

}  // namespace satchel
