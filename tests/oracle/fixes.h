#pragma once

#include <string>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// For an unsatisfiable universe: "" if FindFixes gives exactly the minimal sets of changes after
// which there is a plan, up to a cost, cheapest first, and each of its requests has a plan. Found
// by trying all sets of changes with the brute-force solver.
[[nodiscard]] std::string FixFlaw(const Universe& universe);

}  // namespace satchel::oracle
