#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/environment/location.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The environment that a command is about, of --name, --prefix and what is active.

// Where this user's environments are.
EnvironmentPaths UserEnvironments();

// One that is there (LocateEnvironment) or one to be made (PlaceEnvironment).
[[nodiscard]] absl::StatusOr<std::string> ExistingPrefix(const TargetArguments& arguments);
[[nodiscard]] absl::StatusOr<std::string> NewPrefix(const TargetArguments& arguments);

// Whether the environment may be removed with all that lies in its directory: also one that a link
// leads to, or that is looked at from inside, is known for what it is.
// Errors: kInvalidArgument if it is or holds the root prefix, the active environment, another one,
// the home directory or the current one.
[[nodiscard]] absl::Status CheckMayBeRemoved(const std::string& prefix);

}  // namespace satchel
