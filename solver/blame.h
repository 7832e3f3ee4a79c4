#pragma once

#include <vector>

#include "solver/open_problem.h"
#include "solver/stop_signal.h"

namespace satchel {

// A minimal set of parts of an unsatisfiable question that cannot hold together: the whole set has
// no plan, without any one of them there is one. Ascending.
//
// Where arc consistency alone finds a conflict, one among the parts that the first it meets rests
// on. Among those, of the sets that what was read of the channels shows to be impossible, the one
// that comes last: none has a later first member, and so on (the least preferred explanation of
// Junker's QuickXplain, AAAI 2004). So what was requested last is blamed rather than what was there
// before.
//
// Requires: Holds(uses) is kNo.
// Cost: k log k questions about k parts blamed; one if k is 1.
// Errors: kDeadlineExceeded or kCancelled.
[[nodiscard]] absl::StatusOr<std::vector<std::size_t>> FindBlamed(OpenProblem& problem,
                                                                  const OpenProblem::Uses& uses,
                                                                  const StopSignal& stop);

}  // namespace satchel
