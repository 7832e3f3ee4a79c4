#pragma once

#include <optional>
#include <string>
#include <vector>

#include "solver/explain/open_problem.h"
#include "solver/explain/statements.h"

namespace satchel {

// Why the parts cannot hold together: lines that cannot, each of them needed (without it the others
// could). As much as possible is folded into one line: candidates that need the same package, and
// the alternatives that they leave, while the lines still cannot hold; each candidate stands in as
// few lines as that allows.
//
// From an unsatisfiable core over groups of lines, trimmed; deletion of groups with refinement by
// cores; folding; deletion of single lines. Candidates that a model chooses without their
// dependencies being known are grounded, and the question asked again.
//
// Some conflicts have no short proof. Of the pigeonhole principle, which is one, the packages are
// told (Crowd). Where dives find none, a
// first core has to be found in a quarter of a second, else only the parts are told; after two
// seconds, or when `stop` says so, what is left is not reduced any further, and if it is much then
// only the parts are told.
//
// Requires: the parts cannot hold together.
struct ExplainedParts {
  std::vector<Statement> lines;
  bool minimal = true;
  bool parts_only = false;       // No reason was found: not all that the conflict rests on is told.
  std::size_t num_packages = 0;  // Then: among which it is, as far as known.
  std::optional<Crowd> crowd;    // Then: of these packages there are too many.
  std::string flaw;  // Not empty: a bug of the explanation, which is why there is no more of it.
};
[[nodiscard]] ExplainedParts ExplainParts(OpenProblem& problem, const OpenProblem::Uses& uses,
                                          const std::vector<std::size_t>& parts,
                                          const StopSignal& stop);

}  // namespace satchel
