#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "solver/solve.h"

namespace satchel {

// Solves, with what a configuration adds to a plan: with add_pip_as_python_dependency one that has
// a python but not its pip is looked for once more with pip; if there is none, the first one counts
// and a warning says so. What is added goes to request->specs and to `of_configuration`, and the
// plan does not call requested what only the configuration wants. Errors: those of `solve`.
[[nodiscard]] absl::StatusOr<SolveOutcome> SolveConfigured(
    const Configuration& configuration,
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve, Request* request,
    std::vector<std::string>* of_configuration, std::vector<std::string>* warnings);

}  // namespace satchel
