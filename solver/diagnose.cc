#include "solver/diagnose.h"

#include <algorithm>
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

absl::StatusOr<Conflict> Explain(OpenProblem& problem, const std::vector<std::string>& about,
                                 const StopSignal& stop, std::vector<std::size_t>* blamed,
                                 std::vector<Line>* lines) {
  OpenProblem::Uses uses(problem.parts().size(), OpenProblem::Use::kAsWritten);
  OpenProblem::Uses suspected = uses;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (std::ranges::count(about, problem.parts()[i].spec.name()) == 0) {
      suspected[i] = OpenProblem::Use::kDropped;
    }
  }
  // Of all parts only if these do not show it.
  if (!about.empty() && !problem.MayHold(suspected)) {
    uses = std::move(suspected);
  }
  ASSIGN_OR_RETURN(*blamed, FindBlamed(problem, uses, stop));
  ASSIGN_OR_RETURN(ExplainedParts explained, ExplainParts(problem, uses, *blamed, stop));
  Conflict conflict;
  for (const std::size_t part : *blamed) {
    conflict.blamed.push_back(problem.parts()[part].spec.ToString() +
                              WordFor(problem.parts()[part].kind));
  }
  conflict.reasons = TellLines(problem, problem.universe(), explained.lines, *blamed);
  conflict.minimal = explained.minimal;
  conflict.num_packages = explained.num_packages;
  *lines = std::move(explained.lines);
  return conflict;
}

}  // namespace

absl::StatusOr<Conflict> ExplainProblem(OpenProblem& problem, const StopSignal& stop) {
  std::vector<std::size_t> blamed;
  std::vector<Line> lines;
  return Explain(problem, {}, stop, &blamed, &lines);
}

absl::StatusOr<Conflict> ExplainConflict(const Request& request,
                                         const std::vector<std::string>& about,
                                         const StopSignal& stop) {
  auto explained = std::make_shared<ExplainedConflict>();
  ASSIGN_OR_RETURN(explained->problem, OpenProblem::Make(request, {}));
  explained->about = about;
  ASSIGN_OR_RETURN(Conflict conflict, Explain(*explained->problem, about, stop, &explained->blamed,
                                              &explained->lines));
  explained->minimal = conflict.minimal;
  conflict.explained = std::move(explained);
  return conflict;
}

}  // namespace satchel
