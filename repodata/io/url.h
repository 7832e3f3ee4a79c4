#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Both, joined with one '/'.
std::string JoinUrl(std::string_view base, std::string_view rest);

// Resolves `reference` against `directory`, a URL: absolute, from the server's root, or relative.
// ".." stops at the root.
std::string ResolveUrl(std::string_view directory, std::string_view reference);

// Why repodata from `directory` may not have this base_url, or ""; `what` names it. Data from a
// server may lead only to http and https, never to a file.
std::string WhyBadBaseUrl(std::string_view what, std::string_view directory,
                          std::string_view base_url);

// The URL of a package: <channel_url>/<subdir>/<fn>, or <base_url>/<fn> if its repodata has a
// base_url, which may be relative to the subdir or to the server's root (CEP 15). Empty if neither
// URL is known.
std::string PackageUrl(std::string_view channel_url, std::string_view subdir,
                       std::string_view base_url, std::string_view fn);

}  // namespace satchel
