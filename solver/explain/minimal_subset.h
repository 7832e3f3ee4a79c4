#pragma once

#include <cstddef>
#include <vector>

#include "solver/explain/open_problem.h"
#include "solver/search/stop_signal.h"

namespace satchel {

struct Blamed {
  std::vector<std::size_t> parts;  // Ascending. Together they have no plan.
  bool minimal = true;  // Without any one of them there is one; false: stopped before that was so.
};

// A minimal set of parts of an unsatisfiable question that cannot hold together.
//
// Where arc consistency alone finds a conflict, one among the parts that the first it meets rests
// on. Among those, of the sets that what was read of the channels shows to be impossible, the one
// that comes last: none has a later first member, and so on (the least preferred explanation of
// Junker's QuickXplain, AAAI 2004). So what was requested last is blamed rather than what was there
// before.
//
// Requires: Holds(uses) is "no". Stopped, it returns the least set found.
// Cost: k log k questions about k parts blamed; one if k is 1.
[[nodiscard]] Blamed FindMinimalUnsatisfiableSubset(OpenProblem& problem,
                                                    const OpenProblem::Uses& uses,
                                                    const StopSignal& stop);

}  // namespace satchel
