#include "solver/diagnose.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "solver/blame.h"
#include "solver/open_problem.h"
#include "solver/reasons.h"
#include "solver/reduce_lines.h"

namespace satchel {
namespace {

const char* WordFor(Part::Kind kind) {
  switch (kind) {
    case Part::Kind::kPinned:
      return " (pin)";
    case Part::Kind::kKept:
      return " (kept)";
    case Part::Kind::kRequested:
      break;
  }
  return " (requested)";
}

}  // namespace

absl::StatusOr<Conflict> ExplainProblem(OpenProblem& problem, const StopSignal& stop) {
  const OpenProblem::Uses uses(problem.parts().size(), OpenProblem::Use::kAsWritten);
  ASSIGN_OR_RETURN(const std::vector<std::size_t> blamed, FindBlamed(problem, uses, stop));
  ASSIGN_OR_RETURN(const ExplainedParts explained, ExplainParts(problem, uses, blamed, stop));
  Conflict conflict;
  for (const std::size_t part : blamed) {
    conflict.blamed.push_back(problem.parts()[part].spec.ToString() +
                              WordFor(problem.parts()[part].kind));
  }
  conflict.reasons = TellLines(problem, problem.universe(), explained.lines, blamed);
  conflict.minimal = explained.minimal;
  return conflict;
}

absl::StatusOr<Conflict> ExplainConflict(const Request& request, const StopSignal& stop) {
  ASSIGN_OR_RETURN(const std::unique_ptr<OpenProblem> problem, OpenProblem::Make(request, {}));
  return ExplainProblem(*problem, stop);
}

}  // namespace satchel
