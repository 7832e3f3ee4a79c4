#include "frontend/fetch/url.h"

#include <algorithm>

#include "base/strings.h"
#include "repodata/channel_name.h"

namespace satchel {
namespace {

// Where the host begins and where it ends (its port included).
struct Authority {
  std::size_t begin;  // Of the user's name, if there is one.
  std::size_t host;
  std::size_t end;
};

Authority FindAuthority(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  return {begin, at == std::string_view::npos || at < begin ? begin : at + 1, end};
}

}  // namespace

std::string WithoutCredentials(std::string_view url) {
  const Authority authority = FindAuthority(url);
  std::string shown(url.substr(0, authority.begin));
  if (authority.host != authority.begin) {
    shown += "*****@";
  }
  shown += url.substr(authority.host, authority.end - authority.host);
  std::string_view path = url.substr(authority.end);
  if (path.starts_with("/t/")) {
    path.remove_prefix(std::min(path.find('/', 3), path.size()));
    shown += "/t/*****";
  }
  return shown.append(path);
}

std::string StripCredentials(std::string_view url) {
  const Authority authority = FindAuthority(url);
  std::string stripped(url.substr(0, authority.begin));
  stripped += url.substr(authority.host, authority.end - authority.host);
  std::string_view path = url.substr(authority.end);
  if (path.starts_with("/t/")) {
    path.remove_prefix(std::min(path.find('/', 3), path.size()));
  }
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return stripped.append(path);
}

UrlCredentials CredentialsOf(std::string_view url) {
  const Authority authority = FindAuthority(url);
  UrlCredentials credentials;
  if (authority.host != authority.begin) {
    const std::string_view both = url.substr(authority.begin, authority.host - 1 - authority.begin);
    const std::size_t colon = std::min(both.find(':'), both.size());
    credentials.user = PercentDecode(both.substr(0, colon));
    credentials.password = PercentDecode(both.substr(std::min(colon + 1, both.size())));
  }
  if (const std::string_view path = url.substr(authority.end); path.starts_with("/t/")) {
    credentials.token = path.substr(3, path.substr(3).find('/'));
  }
  return credentials;
}

std::string_view UrlScheme(std::string_view url) {
  const std::size_t end = url.find("://");
  return end == std::string_view::npos ? std::string_view() : url.substr(0, end);
}

std::string UrlHost(std::string_view url) {
  const Authority authority = FindAuthority(url);
  return ToLower(url.substr(authority.host, authority.end - authority.host));
}

std::string WithToken(std::string_view url, std::string_view token) {
  const Authority authority = FindAuthority(url);
  if (token.empty() || url.substr(authority.end).starts_with("/t/")) {
    return std::string(url);
  }
  std::string with(url.substr(0, authority.end));
  with.append("/t/").append(token);
  return with.append(url.substr(authority.end));
}

}  // namespace satchel
