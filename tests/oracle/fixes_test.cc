// Fixes against all that brute force finds, on random universes.

#include "tests/oracle/fixes.h"

#include "gtest/gtest.h"

#include "tests/oracle/seeds.h"

namespace satchel::oracle {
namespace {

TEST(Fixes, AreExactlyTheCheapest) {
  CheckSeeds(FirstSeed() + 2'000'000, NumCases() / 10, FixFlaw);
}

TEST(Fixes, AreExactlyTheCheapestWithConditionsExtrasAndFlags) {
  CheckSeeds(FirstSeed() + 2'000'000, NumCases() / 10, FixFlaw, RandomUniverseOfRevision3);
}

}  // namespace
}  // namespace satchel::oracle
