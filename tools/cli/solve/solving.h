#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/export/plan_json.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {

// Shared by the commands that solve and then do something with the plan.

struct Solved {
  std::unique_ptr<PreparedRequest> prepared;
  AnswerContext context;
  SolveOutcome outcome;  // The plan's URLs are filled in, --only-deps is applied.
  FixList fixes;         // A few, if there is no plan.
  bool interrupted = false;
};

// Prepares and solves, with progress on the terminal, and prints warnings unless --quiet or --json.
// If there is no plan, looks for fixes and writes the proof that --proof requests. Errors: of
// Prepare() and Solve(); kCancelled, kDeadlineExceeded.
[[nodiscard]] absl::StatusOr<Solved> SolveRequest(const Arguments& arguments,
                                                  const std::vector<std::string>& specs);

// Prints why there is no plan, and the fixes. Requires: the outcome is a Conflict.
[[nodiscard]] absl::Status PrintConflict(const Arguments& arguments, const Solved& solved);

}  // namespace satchel
