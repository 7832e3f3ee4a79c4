#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "solver/explain/open_problem.h"
#include "solver/explain/statements.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel {

// How far an explanation got.
struct ExplainedConflict {
  std::vector<std::string> about;  // As given to ExplainConflict.
  std::unique_ptr<OpenProblem> problem;
  std::vector<std::size_t> blamed;  // Parts of the problem.
  std::vector<Statement> lines;
  bool minimal = true;
  bool parts_only = false;  // No reason was found: the lines are not all that it rests on.
};

// Why a request has no plan. Requires: it has none. `about`: names, if known, such that what was
// asked of these packages alone has no plan; then nothing else is looked at.
// Stopped, or after some seconds, it says less, and that it does. Errors: those of Solve for a
// request that cannot be asked.
[[nodiscard]] absl::StatusOr<Conflict> ExplainConflict(const Request& request,
                                                       const std::vector<std::string>& about,
                                                       const StopSignal& stop);

// The same for a problem with all of its parts.
[[nodiscard]] Conflict ExplainProblem(OpenProblem& problem, const StopSignal& stop);

}  // namespace satchel
