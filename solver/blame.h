#pragma once

#include "encoding/request.h"
#include "solver/solve.h"
#include "solver/stop_signal.h"

namespace satchel {

// Finds a minimal set of specs and pins of an unsatisfiable request that cannot hold together
// (QuickXplain: Junker, AAAI 2004), preferring to blame what was requested last in the request.
// Cost: O(k log n) feasibility questions for k parts blamed out of n; one pass of arc consistency
// for each part where one alone cannot be met.
// Errors: kDeadlineExceeded or kCancelled.
[[nodiscard]] absl::StatusOr<Conflict> FindBlame(const Request& request, const StopSignal& stop);

}  // namespace satchel
