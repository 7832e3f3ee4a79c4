#pragma once

#include <string>
#include <vector>

#include "solver/explain/diagnosis.h"
#include "solver/explain/open_problem.h"
#include "solver/explain/statements.h"

namespace satchel {

// Tells lines that cannot hold together as a tree, from the parts of the request down to where they
// clash. A part that nothing is said further of is told where it clashes, in `because`.
// `blamed`: the parts of the problem that the lines are about, in the order of Reason::part.
[[nodiscard]] std::vector<Reason> TellStatements(const OpenProblem& problem, Universe& universe,
                                                 const std::vector<Statement>& lines,
                                                 const std::vector<std::size_t>& blamed);

}  // namespace satchel
