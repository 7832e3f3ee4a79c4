#include "solver/explain/diagnose.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "solver/explain/minimal_subset.h"
#include "solver/explain/open_problem.h"
#include "solver/explain/reasons.h"
#include "solver/explain/reduce_statements.h"

namespace satchel {
namespace {

const char* WordFor(Part::Kind kind) {
  switch (kind) {
    case Part::Kind::kPinned:
      return " (pin)";
    case Part::Kind::kStays:
      return " (installed)";
    case Part::Kind::kKept:
      return " (kept)";
    case Part::Kind::kRequested:
      break;
  }
  return " (requested)";
}

constexpr double kSecondsForBlame = 2;

std::string CrowdText(const Universe& universe, const Crowd& crowd) {
  std::vector<std::string> names;
  for (const PackageId package : crowd.packages) {
    names.emplace_back(universe.NameOf(universe.Spoken(package)));
  }
  std::sort(names.begin(), names.end());
  return absl::StrFormat(
      "but there are only %d places for these %d packages, and no two of them can share one: %s",
      crowd.num_slots, names.size(), absl::StrJoin(names, ", "));
}

Conflict Explain(OpenProblem& problem, const StopSignal& stop, ExplainedConflict* explained) {
  OpenProblem::Uses uses(problem.parts().size(), OpenProblem::Use::kAsWritten);
  OpenProblem::Uses suspected = uses;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (std::ranges::count(explained->about, problem.parts()[i].spec.name()) == 0) {
      suspected[i] = OpenProblem::Use::kDropped;
    }
  }
  // Of all parts only if these do not show it.
  if (!explained->about.empty() && !problem.MayHold(suspected)) {
    uses = std::move(suspected);
  }
  Blamed blamed = FindMinimalUnsatisfiableSubset(problem, uses, StopSignal(kSecondsForBlame, stop));
  ExplainedParts parts = ExplainParts(problem, uses, blamed.parts, stop);
  Conflict conflict;
  for (const std::size_t part : blamed.parts) {
    conflict.blamed.push_back(problem.parts()[part].spec.ToString() +
                              WordFor(problem.parts()[part].kind));
  }
  if (blamed.minimal || !parts.parts_only) {
    conflict.reasons = TellStatements(problem, problem.universe(), parts.lines, blamed.parts);
  }
  if (parts.crowd.has_value() && !conflict.reasons.empty()) {
    conflict.reasons.front().because.push_back(CrowdText(problem.universe(), *parts.crowd));
  }
  conflict.blamed_minimal = blamed.minimal;
  conflict.minimal = blamed.minimal && parts.minimal;
  conflict.num_packages = parts.num_packages;
  conflict.flaw = std::move(parts.flaw);
  explained->blamed = std::move(blamed.parts);
  explained->lines = std::move(parts.lines);
  explained->minimal = conflict.minimal;
  explained->parts_only = parts.parts_only;
  return conflict;
}

}  // namespace

Conflict ExplainProblem(OpenProblem& problem, const StopSignal& stop) {
  ExplainedConflict explained;
  return Explain(problem, stop, &explained);
}

absl::StatusOr<Conflict> ExplainConflict(const Request& request,
                                         const std::vector<std::string>& about,
                                         const StopSignal& stop) {
  auto explained = std::make_shared<ExplainedConflict>();
  ASSIGN_OR_RETURN(explained->problem, OpenProblem::Make(request, {}));
  explained->about = about;
  Conflict conflict = Explain(*explained->problem, stop, explained.get());
  conflict.explained = std::move(explained);
  return conflict;
}

}  // namespace satchel
