#pragma once

#include <cstdint>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// A universe of at most six names with at most about five records each, whatever the features:
// channels, variants, environments, virtual packages, every option. The same seed gives the
// same universe. Tuned so that about a third has no plan and that in many the first plan that a
// depth-first search finds is not the best; random_universe_test.cc holds it to that.
[[nodiscard]] Universe RandomUniverse(std::uint64_t seed);
// With conditions, extras and flags besides.
[[nodiscard]] Universe RandomUniverseOfRevision3(std::uint64_t seed);

}  // namespace satchel::oracle
