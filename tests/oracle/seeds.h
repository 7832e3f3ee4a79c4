#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/oracle/random_universe.h"
#include "tests/oracle/universe.h"

namespace satchel::oracle {

// What the property tests read from the environment:
//   SATCHEL_SEED=n          the first seed, instead of a fixed one
//   SATCHEL_ORACLE_CASES=n  universes for the oracle test, instead of 10,000; others scale with it
[[nodiscard]] std::uint64_t FirstSeed();
[[nodiscard]] std::uint64_t NumCases();
// SATCHEL_SEED if set, else another one at every run.
[[nodiscard]] std::uint64_t FreshSeed();

// Runs the check on the universes of `count` seeds from `first` on and fails the test for each that
// it complains about, after shrinking it. Stops after three: shrinking takes its time.
void CheckSeeds(std::uint64_t first, std::uint64_t count,
                const std::function<std::string(const Universe&)>& check,
                Universe (*make)(std::uint64_t seed) = RandomUniverse);

}  // namespace satchel::oracle
