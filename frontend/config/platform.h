#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

// conda's names for platforms: an operating system and a machine, "linux-64". A channel has one
// subdir for each, and "noarch" for packages that run everywhere.

// The platform this program runs on.
std::string NativePlatform();

// The platforms of channels, in alphabetical order, without "noarch".
const std::vector<std::string_view>& KnownPlatforms();

// Errors: kInvalidArgument for an unknown name; suggests the nearest platform.
[[nodiscard]] absl::Status CheckPlatform(std::string_view platform);

}  // namespace satchel
