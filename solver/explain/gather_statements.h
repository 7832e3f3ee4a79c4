#pragma once

#include <cstdint>
#include <vector>

#include "solver/explain/open_problem.h"
#include "solver/explain/statements.h"

namespace satchel {

// All that can be said of what some parts of a request can reach.
struct GatheredStatements {
  std::vector<Statement> lines;
  // Lines of one group say the same kind of thing of the same two packages; parts are of kAlways.
  // Groups are numbered so that those first to be given up come last: what stands nearer to the
  // parts before what is farther, and what hides records or speaks of the machine last.
  std::vector<std::uint32_t> group_of_line;
};

// Statements over the candidates that the parts demand, what those need, and so on, as far as they
// are grounded; the others need nothing. Hidden candidates count as the others do, and that they
// are hidden is a line. Cost: linear in the dependencies of those candidates.
// With `within`, only packages that it marks by their id, and the parts.
[[nodiscard]] GatheredStatements GatherStatements(OpenProblem& problem,
                                                  const OpenProblem::Uses& uses,
                                                  const std::vector<std::size_t>& parts,
                                                  const std::vector<bool>* within = nullptr);

}  // namespace satchel
