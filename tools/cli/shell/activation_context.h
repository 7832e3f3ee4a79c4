#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/environment/shell.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// The absolute path of this program.
std::string ProgramPath();

// This process, about to activate something in a shell.
ActivationContext ContextFor(Shell shell);

// The environment that the words of activate and shell name: a name, a path, or nothing for base.
[[nodiscard]] absl::StatusOr<std::string> PrefixToActivate(const Arguments& arguments);

}  // namespace satchel
