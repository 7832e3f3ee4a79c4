#include "repodata/io/url.h"

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/strings.h"

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

std::string WhyBadBaseUrl(std::string_view what, std::string_view directory,
                          std::string_view base_url) {
  constexpr std::size_t kMaxUrlBytes = 8 << 10;
  if (base_url.size() > kMaxUrlBytes) {
    return absl::StrFormat("%s has %d bytes, more than a URL may have (%d)", what, base_url.size(),
                           kMaxUrlBytes);
  }
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
  };
  if (std::ranges::any_of(base_url, is_control)) {
    return absl::StrFormat("%s has a space or a control character", what);
  }
  const auto scheme = [](std::string_view url) {
    const std::size_t end = url.find("://");
    return end == std::string_view::npos ? std::string() : ToLower(url.substr(0, end));
  };
  const std::string from = scheme(directory);
  const std::string url = ResolveUrl(directory, base_url);
  const std::string to = scheme(url);
  const std::size_t host = to.size() + 3;
  const bool has_host = host < url.size() && url[host] != '/';
  const bool is_web = (to == "http" || to == "https") && has_host;
  if (is_web || (from != "http" && from != "https" && (to.empty() || to == "file"))) {
    return {};
  }
  return absl::StrFormat("%s '%s' is no http or https URL", what, base_url);
}

std::string PackageUrl(std::string_view channel_url, std::string_view subdir,
                       std::string_view base_url, std::string_view fn) {
  if (channel_url.empty()) {
    return base_url.find("://") == std::string_view::npos ? "" : JoinUrl(base_url, fn);
  }
  return JoinUrl(ResolveUrl(JoinUrl(channel_url, subdir), base_url), fn);
}

}  // namespace satchel
