#pragma once

#include "absl/status/statusor.h"

#include "frontend/export/plan_json.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {

// Shared by the commands that solve.

Objective ObjectiveOf(const std::string& word);

// Errors: kInvalidArgument, "--timeout: ...".
[[nodiscard]] absl::StatusOr<double> ParseSeconds(const std::string& text);

struct Attempt {
  SolveOutcome outcome;
  bool interrupted = false;
};

// Solves with the options on the command line. Ctrl-C acts like a timeout: the best plan so far
// counts. Errors: those of Solve; kCancelled if there was none before Ctrl-C.
[[nodiscard]] absl::StatusOr<Attempt> SolveInterruptibly(const Arguments& arguments,
                                                         const Request& request,
                                                         ProgressLine& progress);

// The contents of an answer besides the plan or the conflict; without the times.
AnswerContext ContextOf(const Arguments& arguments, const PreparedRequest& prepared,
                        bool is_conflict);

// Fixes of an unsatisfiable request, each with the command to run. `conflict`: the reason.
[[nodiscard]] absl::StatusOr<FixList> FixesFor(const Arguments& arguments,
                                               const PreparedRequest& prepared,
                                               const Conflict& conflict, std::size_t max_fixes,
                                               double budget_seconds);

}  // namespace satchel
