#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/environment/shell.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The absolute path of this program.
std::string ProgramPath();

// This process, in which a shell is about to activate an environment.
ActivationContext ContextFor(Shell shell);

// The environment in the arguments of activate and shell: a name, a path, or nothing for base.
[[nodiscard]] absl::StatusOr<std::string> PrefixToActivate(const Arguments& arguments);

}  // namespace satchel
