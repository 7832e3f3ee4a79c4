#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// The environment variables that activating an environment sets, as conda stores them: packages
// provide etc/conda/env_vars.d/*.json, and the user's own are the "env_vars" in conda-meta/state.
using VariableMap = std::map<std::string, std::string>;

// conda's mark for a variable that an activation must unset.
inline constexpr char kUnsetMark[] = "***unset***";

// The variables of the packages, in the order of their file names, overridden by the user's.
// Errors: those of reading; kInvalidArgument for a file that is not a map of texts, or an invalid
// variable name.
[[nodiscard]] absl::StatusOr<VariableMap> ActivationVariables(const std::string& prefix);

// Only the user's variables.
[[nodiscard]] absl::StatusOr<VariableMap> UserVariables(const std::string& prefix);

// Replaces the user's variables; keeps all other contents of conda-meta/state.
[[nodiscard]] absl::Status WriteUserVariables(const std::string& prefix,
                                              const VariableMap& variables);

}  // namespace satchel
