#pragma once

#include <string>

#include "solver/solve.h"
#include "tests/oracle/universe.h"

namespace satchel::oracle {

// For an unsatisfiable universe: "" if every line of Conflict::reasons is true of the universe's
// records, no choice of records satisfies all lines, and some choice does where any one line is
// left out. Found by enumerating all choices of the records that the lines name.
[[nodiscard]] std::string ExplanationFlaw(const Universe& universe);
// The same of a conflict of the universe that says that it is minimal.
[[nodiscard]] std::string FlawOfExplanation(const Universe& universe, const Conflict& conflict);

}  // namespace satchel::oracle
