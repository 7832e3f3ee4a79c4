// The solver against the oracle, on random universes. A disagreement is shrunk to a universe from
// which nothing more can be taken and printed in the form of universe_text.h: paste it into
// regressions_test.cc.
//
//   SATCHEL_SEED=n          the first seed, instead of a fixed one (and of the clock, for Fresh)
//   SATCHEL_ORACLE_CASES=n  universes in all, instead of 10,000

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "gtest/gtest.h"

#include "tests/oracle/brute_force.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/random_universe.h"
#include "tests/oracle/reordered.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

constexpr std::uint64_t kDefaultSeed = 20'000'000;
constexpr std::uint64_t kDefaultCases = 10'000;
constexpr int kMaxFailures = 3;  // Shown a test; shrinking takes its time.

std::uint64_t NumberFromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t NumCases() {
  return NumberFromEnvironment("SATCHEL_ORACLE_CASES", kDefaultCases);
}

// Tries `count` seeds from `first` on.
void CheckSeeds(std::uint64_t first, std::uint64_t count,
                const std::function<std::string(const Universe&)>& check) {
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + count - 1));
  int num_failures = 0;
  for (std::uint64_t seed = first; seed < first + count && num_failures < kMaxFailures; ++seed) {
    const std::string flaw = Minimised(RandomUniverse(seed), check);
    if (!flaw.empty()) {
      ++num_failures;
      ADD_FAILURE() << "seed " << seed << "\n" << flaw;
    }
  }
}

// A quarter of the cases each, so that two cores share the work.
void CheckQuarter(std::uint64_t quarter) {
  const std::uint64_t count = (NumCases() + 3) / 4;
  const std::uint64_t seed = NumberFromEnvironment("SATCHEL_SEED", kDefaultSeed);
  CheckSeeds(seed + quarter * count, count, Disagreement);
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
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  const std::uint64_t first = static_cast<std::uint64_t>(seconds) * 1'000'000;
  CheckSeeds(NumberFromEnvironment("SATCHEL_SEED", first), (NumCases() + 9) / 10, Disagreement);
}

TEST(Oracle, BlameIsMinimal) {
  const std::uint64_t seed = NumberFromEnvironment("SATCHEL_SEED", kDefaultSeed);
  CheckSeeds(seed, (NumCases() + 3) / 4, BlameFlaw);
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
    std::string text;
    if (const Plan* plan = std::get_if<Plan>(&*outcome)) {
      for (const PlanPackage& package : plan->packages) {
        text += Labels({package.record}).front() + "\n";  // In the plan's own order.
      }
      return text;
    }
    for (const std::string& part : std::get<Conflict>(*outcome).blamed) {
      text += "blamed: " + std::string(part) + "\n";
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

TEST(Oracle, OrderDoesNotShow) {
  const std::uint64_t seed = NumberFromEnvironment("SATCHEL_SEED", kDefaultSeed);
  CheckSeeds(seed, (NumCases() + 9) / 10, OrderFlaw);
}

}  // namespace
}  // namespace satchel::oracle
