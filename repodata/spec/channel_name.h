#pragma once

#include <string>
#include <string_view>

namespace satchel {

// A channel in the parts of conda's Channel class (conda/models/channel.py), with conda's default
// configuration: names are on https://conda.anaconda.org, pkgs/... on https://repo.anaconda.com,
// and "defaults" is pkgs/main and pkgs/r together. (CEP 26 defines valid names.)
struct ChannelParts {
  std::string name;      // "conda-forge", "pkgs/main"; for a foreign URL its path.
  std::string base_url;  // "https://conda.anaconda.org/conda-forge"; empty for "defaults" itself.
  std::string subdir;    // Empty if the text has none.
  std::string fn;        // The package file at the end of a URL, if any; percent-decoded.
  std::string canonical_name;  // "conda-forge", "defaults"; the base URL of a foreign channel.
  bool is_foreign = false;     // On another host than named channels.
};

// `text` is a name ("conda-forge/linux-64"), a URL or a path. Never fails: odd text gives an odd
// name.
ChannelParts ParseChannel(std::string_view text);

// The channel's name in messages, in records and for comparison: "conda-forge" also for
// "https://conda.anaconda.org/conda-forge/noarch".
std::string CanonicalChannelName(std::string_view text);

// The URL above the channel's subdirs, without a '/' at the end and without credentials; empty for
// "defaults", which is two channels.
std::string ChannelBaseUrl(std::string_view text);

// Whether `text` is one of conda's names for a platform, such as "linux-64" or "noarch".
bool IsKnownSubdir(std::string_view text);

// Whether `text` begins with "scheme://".
bool HasScheme(std::string_view text);

// Whether `text` ends like a package file (".conda", ".tar.bz2").
bool IsPackageFile(std::string_view text);

// Decodes "%21" to '!' and so on; a '%' without two hex digits stays.
std::string PercentDecode(std::string_view text);

// The file:// URL of a path, made absolute; "~" is the home directory.
std::string PathToUrl(std::string_view path);

}  // namespace satchel
