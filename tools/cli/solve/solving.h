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

// What the commands that solve and then do something with the plan have in common.

struct Solved {
  std::unique_ptr<PreparedRequest> prepared;
  AnswerContext context;
  SolveOutcome outcome;  // The plan's URLs are filled in, --only-deps is applied.
  FixList fixes;         // A few, where there is no plan.
  bool interrupted = false;
};

// Prepares and solves, with progress on the terminal, and prints warnings unless --quiet or --json.
// If there is no plan, looks for fixes and writes the proof that --proof asks for.
// Errors: of Prepare() and Solve(); kCancelled, kDeadlineExceeded.
[[nodiscard]] absl::StatusOr<Solved> SolveRequest(const Arguments& arguments,
                                                  const std::vector<std::string>& specs);

// Why there is no plan, and what could be done. Requires: the outcome is a Conflict.
[[nodiscard]] absl::Status PrintConflict(const Arguments& arguments, const Solved& solved);

}  // namespace satchel
