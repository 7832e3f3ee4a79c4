#pragma once

#include "encoding/universe.h"
#include "solver/objective/optimiser.h"
#include "solver/search/search.h"
#include "solver/solve.h"

namespace satchel {

// Turns the chosen positions into records a user can read: dependencies before what needs them,
// what changes in the environment, and how far behind the newest each package is and why.
[[nodiscard]] Plan BuildPlan(const Request& request, const Universe& universe, const Model& model,
                             const std::vector<PackageId>& requested);

// The records of a plan, dependencies first; within a cycle and among equals by name.
void SortTopologically(const Universe& universe, const Model& model,
                       std::vector<PackageId>& packages);

}  // namespace satchel
