#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/environment/location.h"
#include "tools/cli/arguments.h"

namespace satchel {

// The environment that a command is about, of --name, --prefix and what is active.

// Where this user's environments are.
EnvironmentPaths UserEnvironments();

// One that is there (LocateEnvironment) or one to be made (PlaceEnvironment).
[[nodiscard]] absl::StatusOr<std::string> ExistingPrefix(const Arguments& arguments);
[[nodiscard]] absl::StatusOr<std::string> NewPrefix(const Arguments& arguments);

}  // namespace satchel
