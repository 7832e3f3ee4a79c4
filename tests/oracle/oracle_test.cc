// The solver against the oracle, on random universes. A disagreement is shrunk to a universe from
// which nothing more can be taken and printed in the form of universe_text.h: paste it into
// regressions_test.cc.
// seeds.h says what environment variables there are.

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "tests/oracle/compare.h"
#include "tests/oracle/explanation.h"
#include "tests/oracle/reordered.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

// A quarter of the cases each, so that two cores share the work.
void CheckQuarter(std::uint64_t quarter) {
  const std::uint64_t count = (NumCases() + 3) / 4;
  CheckSeeds(FirstSeed() + quarter * count, count, Disagreement);
}

TEST(Oracle, FirstQuarter) {
  CheckQuarter(0);
}
TEST(Oracle, SecondQuarter) {
  CheckQuarter(1);
}
TEST(Oracle, ThirdQuarter) {
  CheckQuarter(2);
}
TEST(Oracle, LastQuarter) {
  CheckQuarter(3);
}

// Other universes at every run: what the fixed seeds do not know of turns up in the end.
TEST(Oracle, Fresh) {
  CheckSeeds(FreshSeed(), NumCases() / 10, Disagreement);
}

// The same with conditions, extras and flags.
void CheckQuarterOfRevision3(std::uint64_t quarter) {
  const std::uint64_t count = (NumCases() + 3) / 4;
  CheckSeeds(FirstSeed() + quarter * count, count, Disagreement, RandomUniverseOfRevision3);
}

TEST(OracleOfRevision3, FirstQuarter) {
  CheckQuarterOfRevision3(0);
}
TEST(OracleOfRevision3, SecondQuarter) {
  CheckQuarterOfRevision3(1);
}
TEST(OracleOfRevision3, ThirdQuarter) {
  CheckQuarterOfRevision3(2);
}
TEST(OracleOfRevision3, LastQuarter) {
  CheckQuarterOfRevision3(3);
}
TEST(OracleOfRevision3, Fresh) {
  CheckSeeds(FreshSeed(), NumCases() / 10, Disagreement, RandomUniverseOfRevision3);
}
TEST(OracleOfRevision3, BlameIsMinimal) {
  CheckSeeds(FirstSeed(), NumCases() / 4, BlameFlaw, RandomUniverseOfRevision3);
}

TEST(OracleOfRevision3, ExplanationsAreMinimal) {
  CheckSeeds(FirstSeed() + 1'000'000, NumCases() / 4, ExplanationFlaw, RandomUniverseOfRevision3);
}

TEST(Oracle, BlameIsMinimal) {
  CheckSeeds(FirstSeed(), NumCases() / 4, BlameFlaw);
}

TEST(Oracle, ExplanationsAreTrueAndMinimal) {
  CheckSeeds(FirstSeed() + 1'000'000, NumCases() / 2, ExplanationFlaw);
}

// The same universe told in another order, with specs said twice.
std::string OrderFlaw(const Universe& universe) {
  const auto answer = [](const Universe& told) -> std::string {
    const absl::StatusOr<World> world = BuildWorld(told);
    if (!world.ok()) {
      return "";
    }
    SolveOptions options;
    options.objective = told.objective;
    const absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
    if (!outcome.ok()) {
      return outcome.status().ToString();
    }
    const Plan* plan = std::get_if<Plan>(&*outcome);
    if (plan == nullptr) {
      return "no plan\n";  // What is blamed may depend on the order: the last spec first.
    }
    std::string text;
    for (const PlanPackage& package : plan->packages) {
      text += Labels({package.record}).front() + "\n";  // In the plan's own order.
    }
    return text;
  };
  const std::string expected = answer(universe);
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const Universe other = Reordered(universe, seed);
    const std::string actual = answer(other);
    if (actual != expected) {
      return "the answer depends on the order\n" + std::string(expected) + "told otherwise:\n" +
             actual + ToText(other);
    }
  }
  return "";
}

TEST(OracleOfRevision3, OrderDoesNotShow) {
  CheckSeeds(FirstSeed(), NumCases() / 10, OrderFlaw, RandomUniverseOfRevision3);
}

TEST(Oracle, OrderDoesNotShow) {
  CheckSeeds(FirstSeed(), NumCases() / 10, OrderFlaw);
}

}  // namespace
}  // namespace satchel::oracle
