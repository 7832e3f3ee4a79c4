#include "frontend/fetch/url.h"

#include <algorithm>

#include "base/strings.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

// "https://ann:pw@host:8/a/t/TOKEN/b?c=d#e" in pieces that make it up again with what was between
// them: "https://", "ann:pw", "host:8", "/a", "TOKEN", "/b", "?c=d", "#e".
struct Parts {
  std::string_view scheme;
  std::string_view login;
  std::string_view host;
  std::string_view place;  // The path before the token; empty if there is none.
  std::string_view token;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
};

// Whether what follows the colon is no port, so that what looks like a host is a user with a
// password that holds a slash: no URL, but a secret all the same.
bool IsCutPassword(std::string_view authority) {
  const std::string_view host = authority.substr(authority.rfind('@') + 1);
  const std::size_t colon = host.rfind(':');
  return colon != host.npos && !host.starts_with('[') &&
         host.find_first_not_of("0123456789", colon + 1) != host.npos;
}

std::string_view TakeFront(std::size_t size, std::string_view* rest) {
  const std::string_view front = rest->substr(0, std::min(size, rest->size()));
  rest->remove_prefix(front.size());
  return front;
}

Parts PartsOf(std::string_view url) {
  constexpr std::string_view kToken = "/t/";
  Parts parts;
  const std::size_t scheme = url.find("://");
  parts.scheme = TakeFront(scheme == url.npos ? 0 : scheme + 3, &url);
  if (parts.scheme == "file://" || (parts.scheme.empty() && url.starts_with('/'))) {
    parts.path = url;
    return parts;
  }
  std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  if (const std::size_t at = url.rfind('@');
      at != url.npos && at > end && IsCutPassword(url.substr(0, end))) {
    end = std::min(url.find_first_of("/?#", at), url.size());
  }
  if (const std::size_t at = url.substr(0, end).rfind('@'); at != url.npos) {
    parts.login = TakeFront(at, &url);
    TakeFront(1, &url);
    end -= at + 1;
  }
  parts.host = TakeFront(end, &url);
  parts.path = TakeFront(url.find_first_of("?#"), &url);
  parts.query = TakeFront(url.find('#'), &url);
  parts.fragment = url;
  // What lies between two tokens goes with them: all of it comes back together.
  if (const std::size_t at = parts.path.find(kToken);
      !parts.scheme.empty() && at != parts.path.npos && at + kToken.size() < parts.path.size()) {
    const std::size_t last = parts.path.rfind(kToken) + kToken.size();
    const std::size_t end_of_token = std::min(parts.path.find('/', last), parts.path.size());
    parts.place = parts.path.substr(0, at);
    parts.token = parts.path.substr(at + kToken.size(), end_of_token - at - kToken.size());
    parts.path.remove_prefix(end_of_token);
  }
  return parts;
}

// "?token=abc&x" as "?token=*****&*****".
std::string WithoutValues(std::string_view query) {
  std::string shown;
  while (!query.empty()) {
    shown += TakeFront(1, &query);  // The ? or &.
    const std::string_view field = TakeFront(query.find('&'), &query);
    const std::size_t equals = field.find('=');
    shown += equals == field.npos ? "" : field.substr(0, equals + 1);
    shown += field.empty() ? "" : "*****";
  }
  return shown;
}

bool IsSchemeCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
         c == '-' || c == '.';
}

// Of a URL in a sentence or in JSON, whose strings may have escaped quotes.
std::size_t EndOfUrl(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ' && text[end] != '<' &&
         text[end] != '>' && text[end] != '`' && (text[end] != '"' || text[end - 1] == '\\')) {
    ++end;
  }
  return end;
}

}  // namespace

std::string WithoutCredentials(std::string_view url) {
  const Parts parts = PartsOf(url);
  std::string shown(parts.scheme);
  shown += parts.login.empty() ? "" : "*****@";
  shown.append(parts.host).append(parts.place);
  shown += parts.token.empty() ? "" : "/t/*****";
  shown += WithoutCredentialsIn(parts.path);  // It may hold a URL.
  return shown + WithoutValues(parts.query) + std::string(parts.fragment);
}

std::string WithoutCredentialsIn(std::string_view text) {
  constexpr std::string_view kMark = "://";
  std::string shown;
  if (text.find('@') == text.npos && text.find("/t/") == text.npos && text.find('?') == text.npos) {
    return std::string(text);
  }
  for (std::size_t mark = text.find(kMark); mark != text.npos; mark = text.find(kMark)) {
    const std::size_t end = EndOfUrl(text, mark + kMark.size());
    std::size_t begin = mark;
    while (begin > 0 && IsSchemeCharacter(text[begin - 1])) {
      --begin;
    }
    shown += text.substr(0, begin);
    shown += WithoutCredentials(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
  return shown.append(text);
}

std::string StripCredentials(std::string_view url) {
  const Parts parts = PartsOf(url);
  std::string stripped(parts.scheme);
  stripped.append(parts.host).append(parts.place).append(parts.path);
  while (stripped.size() > parts.scheme.size() + parts.host.size() && stripped.ends_with('/')) {
    stripped.pop_back();
  }
  return stripped;
}

std::string UrlToKeep(std::string_view url) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string kept;
  for (const char c : WithoutCredentialsIn(StripCredentials(url))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte != 0x7f) {
      kept += c;
    } else {
      kept.append({'%', kHex[byte / 16], kHex[byte % 16]});
    }
  }
  return kept;
}

UrlCredentials CredentialsOf(std::string_view url) {
  const Parts parts = PartsOf(url);
  UrlCredentials credentials;
  const std::size_t colon = std::min(parts.login.find(':'), parts.login.size());
  credentials.user = PercentDecode(parts.login.substr(0, colon));
  credentials.password = PercentDecode(parts.login.substr(std::min(colon + 1, parts.login.size())));
  credentials.token = parts.token;
  credentials.token_place = parts.token.empty() ? "" : parts.place;
  credentials.query = parts.query.substr(std::min<std::size_t>(1, parts.query.size()));
  return credentials;
}

std::string_view UrlScheme(std::string_view url) {
  const std::size_t end = url.find("://");
  return end == std::string_view::npos ? std::string_view() : url.substr(0, end);
}

std::string UrlHost(std::string_view url) {
  return ToLower(PartsOf(url).host);
}

std::string WithSecrets(std::string_view url, const UrlCredentials& credentials) {
  const Parts parts = PartsOf(url);
  std::string with(parts.scheme);
  with += parts.login.empty() ? "" : std::string(parts.login) + "@";
  with += parts.host;
  std::string path(parts.path);
  if (!parts.token.empty()) {
    path = std::string(parts.place) + "/t/" + std::string(parts.token) + path;
  } else if (const std::string& place = credentials.token_place;
             !credentials.token.empty() && (path == place || path.starts_with(place + "/"))) {
    path = place + "/t/" + credentials.token + path.substr(place.size());
  }
  with += path;
  with += !parts.query.empty() || credentials.query.empty() ? std::string(parts.query)
                                                            : "?" + credentials.query;
  return with.append(parts.fragment);
}

}  // namespace satchel
