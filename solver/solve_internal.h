#pragma once

#include "solver/search.h"
#include "solver/solve.h"

namespace satchel::internal {

// Solve with the accelerations of the search chosen: for the tests that show that they do not
// change the answer.
[[nodiscard]] absl::StatusOr<SolveOutcome> SolveWith(const Request& request,
                                                     const SolveOptions& options,
                                                     const SearchOptions& search_options);

}  // namespace satchel::internal
