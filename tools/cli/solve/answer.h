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

// Solve with the options of the command line. Ctrl-C is as a timeout: what was found until then
// counts. Errors: those of Solve; kCancelled if nothing was found before Ctrl-C.
[[nodiscard]] absl::StatusOr<Attempt> SolveInterruptibly(const SolverArguments& arguments,
                                                         const Request& request,
                                                         ProgressLine& progress);

// The contents of an answer besides the plan, or the conflict where there is none; without the
// times.
AnswerContext ContextOf(const Arguments& arguments, const PreparedRequest& prepared,
                        const Plan* plan);

// One line for each subdir with records that had to be left out; the example is of one of `names`,
// if any is. With `only_of_names`, only for the subdirs where one is.
std::vector<std::string> SkippedRecordWarnings(const LoadedChannels& channels,
                                               const std::vector<std::string>& names,
                                               bool only_of_names = false);

// Fixes of an unsatisfiable request, each with the command to run. `conflict`: why it is.
[[nodiscard]] absl::StatusOr<FixList> FixesFor(const Arguments& arguments,
                                               const PreparedRequest& prepared,
                                               const Conflict& conflict, std::size_t max_fixes,
                                               double budget_seconds);

}  // namespace satchel
