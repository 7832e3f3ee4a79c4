#pragma once

#include "solver/search/search.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel::internal {

// Solve with the accelerations of the search chosen: for the tests that show that they do not
// change the answer.
[[nodiscard]] absl::StatusOr<SolveOutcome> SolveWith(const Request& request,
                                                     const SolveOptions& options,
                                                     const SearchOptions& search_options);

// Solve in the time of something larger: the timeout and the flag of the options do not count.
[[nodiscard]] absl::StatusOr<SolveOutcome> SolveWithin(const Request& request,
                                                       const SolveOptions& options,
                                                       const StopSignal& stop);

}  // namespace satchel::internal
