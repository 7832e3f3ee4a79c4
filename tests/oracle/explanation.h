#pragma once

#include <string>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// For an unsatisfiable universe: "" if every line of Conflict::reasons is true of the universe's
// records, no choice of records satisfies all lines, and some choice does where any one line is
// left out. Found by enumerating all choices of the records that the lines name.
[[nodiscard]] std::string ExplanationFlaw(const Universe& universe);

}  // namespace satchel::oracle
