#pragma once

#include <vector>

#include "absl/status/statusor.h"

#include "solver/lines.h"
#include "solver/open_problem.h"

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
// Some conflicts have no short proof (the pigeonhole principle is one). Where dives find none, a
// first core has to be found in a quarter of a second, else only the parts are told; after two
// seconds what is left is not reduced any further, and if it is much then only the parts are told.
//
// Requires: the parts cannot hold together.
// Errors: kDeadlineExceeded or kCancelled; kInternal if they can.
struct ExplainedParts {
  std::vector<Line> lines;
  bool minimal = true;
  std::size_t num_packages = 0;  // Among which the conflict is, where only the parts are told.
};
[[nodiscard]] absl::StatusOr<ExplainedParts> ExplainParts(OpenProblem& problem,
                                                          const OpenProblem::Uses& uses,
                                                          const std::vector<std::size_t>& parts,
                                                          const StopSignal& stop);

}  // namespace satchel
