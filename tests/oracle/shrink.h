#pragma once

#include <functional>
#include <vector>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// The universes that are one step simpler: a record, a dependency, a spec, a channel, an installed
// or virtual package less, or one option, timestamp, feature or odd build number reset.
[[nodiscard]] std::vector<Universe> Simpler(const Universe& universe);

// Simplifies as long as `fails` holds; of the result no step more does. Requires: fails(universe).
[[nodiscard]] Universe Shrink(Universe universe, const std::function<bool(const Universe&)>& fails);

}  // namespace satchel::oracle
