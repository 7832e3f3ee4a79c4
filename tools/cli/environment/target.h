#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/environment/location.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The environment that a command works on, from --name, --prefix and the active environment.

// The locations of this user's environments.
EnvironmentPaths UserEnvironments();

// One that is there (LocateEnvironment) or one to be made (PlaceEnvironment).
[[nodiscard]] absl::StatusOr<std::string> ExistingPrefix(const TargetArguments& arguments);
[[nodiscard]] absl::StatusOr<std::string> NewPrefix(const TargetArguments& arguments);

// Whether the arguments name the root prefix and it is no environment yet, but only has what is
// kept there (pkgs, envs, ...), or is not there.
bool IsBaseToBeMade(const TargetArguments& arguments);
// Makes it an empty one: `install -n base` is how images for micromamba begin.
[[nodiscard]] absl::Status MakeBase();

// An existing environment. If there is none, because a process was killed that had almost removed
// it, what is left of it goes. Errors: those of ExistingPrefix.
[[nodiscard]] absl::StatusOr<std::string> ExistingOrFinished(const TargetArguments& arguments);

// Checks that the environment may be removed with everything in its directory; also recognises it
// behind links. Errors: kInvalidArgument if it is or contains the root prefix, the active
// environment, another environment, the home directory or the current directory.
[[nodiscard]] absl::Status CheckMayBeRemoved(const std::string& prefix);

}  // namespace satchel
