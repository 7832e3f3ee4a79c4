#pragma once

#include <cstdint>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// The same universe told in another order: records, specs (unless their order counts), pins,
// installed and virtual packages are shuffled, some specs and pins are said twice.
[[nodiscard]] Universe Reordered(const Universe& universe, std::uint64_t seed);

}  // namespace satchel::oracle
