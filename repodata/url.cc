#include "repodata/url.h"

#include <algorithm>

namespace satchel {

std::string JoinUrl(std::string_view base, std::string_view rest) {
  while (base.ends_with('/')) {
    base.remove_suffix(1);
  }
  while (rest.starts_with('/')) {
    rest.remove_prefix(1);
  }
  return std::string(base).append("/").append(rest);
}

std::string ResolveUrl(std::string_view directory, std::string_view reference) {
  if (reference.find("://") != std::string_view::npos) {
    return std::string(reference);
  }
  while (directory.ends_with('/')) {
    directory.remove_suffix(1);
  }
  std::string url(directory);
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t root = std::min(url.find('/', host), url.size());
  if (reference.starts_with('/')) {
    url.resize(root);
  }
  while (!reference.empty()) {
    const std::size_t slash = reference.find('/');
    const std::string_view part = reference.substr(0, slash);
    if (part == "..") {
      url.resize(std::max(root, std::min(url.rfind('/'), url.size())));
    } else if (!part.empty() && part != ".") {
      url.append("/").append(part);
    }
    reference.remove_prefix(slash == std::string_view::npos ? reference.size() : slash + 1);
  }
  return url;
}

std::string PackageUrl(std::string_view channel_url, std::string_view subdir,
                       std::string_view base_url, std::string_view fn) {
  if (channel_url.empty()) {
    return base_url.find("://") == std::string_view::npos ? "" : JoinUrl(base_url, fn);
  }
  return JoinUrl(ResolveUrl(JoinUrl(channel_url, subdir), base_url), fn);
}

}  // namespace satchel
