#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Where a package of a channel is: <channel_url>/<subdir>/<fn>, or <base_url>/<fn> if its repodata
// has a base_url, which may be relative to the subdir or to the server's root (CEP 15). Empty if
// neither URL is known.
std::string PackageUrl(std::string_view channel_url, std::string_view subdir,
                       std::string_view base_url, std::string_view fn);

}  // namespace satchel
