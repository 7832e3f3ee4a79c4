#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/export/environment_text.h"

namespace satchel {

// The environment with its name and its platform: its packages' platform, or this machine's.
[[nodiscard]] absl::StatusOr<EnvironmentDescription> Describe(const std::string& prefix);

}  // namespace satchel
