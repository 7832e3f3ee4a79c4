#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// The environment variables that an environment sets when it is activated, as conda keeps them:
// packages bring etc/conda/env_vars.d/*.json, the user's own are the "env_vars" of
// conda-meta/state.
using VariableMap = std::map<std::string, std::string>;

// conda's mark for a variable that an activation must unset.
inline constexpr char kUnsetMark[] = "***unset***";

// Those of the packages, in the order of their files' names, and over them the user's.
// Errors: those of reading; kInvalidArgument for a file that is no map of texts, or a name that no
// variable can have.
[[nodiscard]] absl::StatusOr<VariableMap> ActivationVariables(const std::string& prefix);

// The user's alone.
[[nodiscard]] absl::StatusOr<VariableMap> UserVariables(const std::string& prefix);

// Makes these the user's variables; whatever else conda-meta/state holds stays.
[[nodiscard]] absl::Status WriteUserVariables(const std::string& prefix,
                                              const VariableMap& variables);

}  // namespace satchel
