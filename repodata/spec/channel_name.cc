#include "repodata/spec/channel_name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/home_directory.h"
#include "base/strings.h"

namespace satchel {
namespace {

constexpr std::string_view kAliasLocation = "conda.anaconda.org";
constexpr std::string_view kDefaultsLocation = "repo.anaconda.com";
constexpr std::string_view kDefaults = "defaults";

constexpr std::array<std::string_view, 20> kKnownSubdirs = {
    "noarch",       "emscripten-32", "emscripten-wasm32", "freebsd-64",
    "linux-32",     "linux-64",      "linux-aarch64",     "linux-armv6l",
    "linux-armv7l", "linux-ppc64",   "linux-ppc64le",     "linux-riscv64",
    "linux-s390x",  "osx-64",        "osx-arm64",         "wasi-wasm32",
    "win-32",       "win-64",        "win-arm64",         "zos-z",
};

std::string_view StripSlashes(std::string_view text) {
  while (text.starts_with('/')) {
    text.remove_prefix(1);
  }
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view StripLastSlashes(std::string_view text) {
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  return text;
}

// "a" and "b" as "a/b", either of which may be empty.
std::string JoinUrl(std::string_view left, std::string_view right) {
  std::string joined(StripLastSlashes(left));
  right = StripSlashes(right);
  if (!right.empty()) {
    if (!joined.empty() || left.starts_with('/')) {
      joined += '/';
    }
    joined += right;
  }
  return joined;
}

bool IsPath(std::string_view text) {
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  return text.starts_with("./") || text.starts_with("..") || text.starts_with('~') ||
         text.starts_with('/') || text.starts_with("\\\\") ||
         (text.size() >= 3 && is_letter(text[0]) && text[1] == ':' &&
          (text[2] == '/' || text[2] == '\\'));
}

// Cuts out the token of ".../t/<token>/...", which is a credential.
std::string WithoutToken(std::string_view url) {
  const std::size_t at = url.find("/t/");
  if (at == std::string_view::npos) {
    return std::string(StripLastSlashes(url));
  }
  std::size_t end = at + 3;
  const auto is_token = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  while (end < url.size() && is_token(url[end])) {
    ++end;
  }
  std::string cleaned(url.substr(0, at));
  cleaned += url.substr(end);
  cleaned.resize(StripLastSlashes(cleaned).size());
  return cleaned;
}

// Moves the first path component that is a platform from `*url` to the result.
std::string TakeSubdir(std::string* url) {
  std::size_t begin = url->find('/');
  while (begin != std::string::npos) {
    const std::size_t end = std::min(url->find('/', begin + 1), url->size());
    const std::string component = url->substr(begin + 1, end - begin - 1);
    if (IsKnownSubdir(ToLower(component))) {
      url->erase(begin, end - begin);
      url->resize(StripLastSlashes(*url).size());
      return component;
    }
    begin = end < url->size() ? end : std::string::npos;
  }
  url->resize(StripLastSlashes(*url).size());
  return "";
}

// The pkgs/... channels that have their own host: "pkgs/main" also for "pkgs/main/label/x".
bool IsAnacondaChannel(std::string_view name) {
  constexpr std::string_view kNames[] = {"pkgs/main", "pkgs/r", "pkgs/pro"};
  return std::any_of(std::begin(kNames), std::end(kNames), [name](std::string_view known) {
    return name.starts_with(known) && (name.size() == known.size() || name[known.size()] == '/');
  });
}

struct Location {
  std::string scheme;
  std::string host;  // With a path prefix for some; of a file the directory.
};

void Name(const Location& location, ChannelParts* parts) {
  parts->base_url = location.scheme + "://" + JoinUrl(location.host, parts->name);
  parts->is_foreign = location.host != kAliasLocation;
  if (parts->name == "pkgs/main" || parts->name == "pkgs/r") {
    parts->canonical_name = kDefaults;
  } else if (parts->name.empty()) {
    parts->canonical_name = parts->base_url;
  } else if (!parts->is_foreign || IsAnacondaChannel(parts->name) || parts->name == "pkgs") {
    parts->canonical_name = parts->name;
  } else {
    parts->canonical_name = parts->base_url;
  }
}

// `rest` is what follows "file://".
void ReadFileUrl(std::string_view rest, ChannelParts* parts) {
  const std::string path(StripLastSlashes(rest));
  const std::size_t slash = path.rfind('/');
  Location location = {"file", "/"};
  if (slash == std::string::npos) {
    parts->name = path;
  } else {
    parts->name = path.substr(slash + 1);
    if (slash > 0) {
      location.host = path.substr(0, slash);
    }
  }
  Name(location, parts);
}

ChannelParts ParseUrl(std::string_view url) {
  ChannelParts parts;
  std::string cleaned = WithoutToken(url);
  parts.subdir = TakeSubdir(&cleaned);
  if (IsPackageFile(cleaned) || cleaned.ends_with(".json")) {
    const std::size_t slash = cleaned.rfind('/');
    if (slash != std::string::npos) {
      parts.fn = PercentDecode(std::string_view(cleaned).substr(slash + 1));
      cleaned.resize(slash);
    }
  }
  const std::size_t scheme_end = cleaned.find("://");
  Location location = {"https", ""};
  std::string_view rest = cleaned;
  if (scheme_end != std::string::npos) {
    location.scheme = cleaned.substr(0, scheme_end);
    rest.remove_prefix(scheme_end + 3);
  }
  if (location.scheme == "file") {
    ReadFileUrl(rest, &parts);
    return parts;
  }
  const std::size_t path_begin = std::min(rest.find('/'), rest.size());
  std::string_view host = rest.substr(0, path_begin);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);  // A user and a password.
  }
  location.host = ToLower(host);
  std::string path = PercentDecode(StripSlashes(rest.substr(path_begin)));
  if (location.host != kAliasLocation &&
      !(location.host == kDefaultsLocation && IsAnacondaChannel(path)) &&
      (path == "conda" || path.starts_with("conda/"))) {
    // Anaconda's enterprise servers keep channels below /conda.
    location.host += "/conda";
    path.erase(0, std::string_view("conda/").size());
  }
  parts.name = std::move(path);
  Name(location, &parts);
  return parts;
}

}  // namespace

std::string PathToUrl(std::string_view text) {
  std::string path(text);
  if (text == "~" || text.starts_with("~/")) {
    if (const std::string home = HomeDirectory(); !home.empty()) {
      path.replace(0, 1, home);
    }
  }
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (!error) {
    path = absolute.lexically_normal().string();
  }
  return "file://" + path;
}

bool IsKnownSubdir(std::string_view text) {
  return std::find(kKnownSubdirs.begin(), kKnownSubdirs.end(), text) != kKnownSubdirs.end();
}

bool HasScheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == 0 || end > 12) {
    return false;
  }
  const std::string_view scheme = text.substr(0, end);
  return scheme[0] >= 'a' && scheme[0] <= 'z' &&
         std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

bool IsPackageFile(std::string_view text) {
  return text.ends_with(".conda") || text.ends_with(".tar.bz2");
}

std::string PercentDecode(std::string_view text) {
  const auto hex = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

ChannelParts ParseChannel(std::string_view text) {
  if (HasScheme(text)) {
    return ParseUrl(text);
  }
  if (IsPath(text)) {
    return ParseUrl(PathToUrl(text));
  }
  if (IsPackageFile(text)) {
    return ParseUrl(text);
  }
  ChannelParts parts;
  parts.name = text;
  parts.subdir = TakeSubdir(&parts.name);
  if (parts.name == kDefaults) {
    parts.canonical_name = kDefaults;
    return parts;
  }
  Location location = {"https", std::string(kAliasLocation)};
  if (IsAnacondaChannel(parts.name)) {
    location.host = kDefaultsLocation;
  }
  Name(location, &parts);
  return parts;
}

std::string CanonicalChannelName(std::string_view text) {
  return ParseChannel(text).canonical_name;
}

std::string ChannelBaseUrl(std::string_view text) {
  return ParseChannel(text).base_url;
}

}  // namespace satchel
