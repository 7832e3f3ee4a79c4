#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "solver/solve.h"

namespace satchel {

// Solves. With `update_deps` also brings up to date what the requested packages depend on, except
// python. Without dependencies (--no-deps), takes the builds that fit the installed packages if
// there are such builds. Applies what the configuration adds to a plan: with
// add_pip_as_python_dependency, if the plan has python but not its pip, solves again with pip; if
// there is no such plan, keeps the first one and warns. Adds the extra specs to request->specs and
// `of_configuration`; the plan does not mark packages as requested that only the configuration
// wants. Errors: those of `solve`.
[[nodiscard]] absl::StatusOr<SolveOutcome> SolveConfigured(
    const Configuration& configuration,
    const std::function<absl::StatusOr<SolveOutcome>(const Request&)>& solve, Request* request,
    std::vector<std::string>* of_configuration, std::vector<std::string>* warnings,
    bool update_deps = false);

// The names that `names` and what they need reach among these records, with themselves; needs of
// extras count, whichever were asked for. Linear in the dependencies.
std::set<std::string> NeededNames(std::vector<std::string> names,
                                  const std::vector<const PackageRecord*>& records);

// The records of a plan.
std::vector<const PackageRecord*> RecordsOf(const Plan& plan);

}  // namespace satchel
