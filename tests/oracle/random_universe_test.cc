// Holds the generator to what makes the property tests worth running, and the text form to what
// makes a failure worth reading.

#include "tests/oracle/random_universe.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "tests/oracle/brute_force.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/reordered.h"
#include "tests/oracle/shrink.h"
#include "tests/oracle/small_world.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

constexpr std::uint64_t kNumUniverses = 2000;

TEST(UniverseText, RoundTrip) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string text = ToText(RandomUniverse(seed));
    const absl::StatusOr<Universe> parsed = ParseUniverse(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ASSERT_EQ(ToText(*parsed), text);
  }
}

TEST(UniverseText, RefusesNonsense) {
  for (const char* text : {"nonsense", "  a 1", "channel x\n  a", "channel x\n  a 1 | nothing: b",
                           "priority high", "installed from x a 1"}) {
    EXPECT_FALSE(ParseUniverse(text).ok()) << text;
  }
}

// The first plan of a depth-first search that takes the best record of each name in turn, as a
// solver does that never looks back once it has one.
SmallPlan GreedyPlan(const std::vector<SmallPlan>& plans, const SmallWorld& world) {
  std::vector<int> order = world.requested_in_order;
  for (int at = 0; at < static_cast<int>(world.names.size()); ++at) {
    order.push_back(at);
  }
  return *std::min_element(plans.begin(), plans.end(), [&](const SmallPlan& a, const SmallPlan& b) {
    for (const int name : order) {
      const auto at = static_cast<std::size_t>(name);
      if (a[at] != b[at]) {
        return b[at] == kAbsent || (a[at] != kAbsent && a[at] < b[at]);
      }
    }
    return false;
  });
}

TEST(RandomUniverse, IsAGoodMix) {
  std::uint64_t unsatisfiable = 0;
  std::uint64_t with_choice = 0;
  std::uint64_t greedy_is_worse = 0;
  std::uint64_t with_environment = 0;
  for (std::uint64_t seed = 0; seed < kNumUniverses; ++seed) {
    const Universe universe = RandomUniverse(seed);
    const absl::StatusOr<World> world = BuildWorld(universe);
    ASSERT_TRUE(world.ok()) << world.status() << "\n" << ToText(universe);
    const absl::StatusOr<BruteForceResult> best = BruteForce(world->request, universe.objective);
    ASSERT_TRUE(best.ok()) << best.status() << "\n" << ToText(universe);
    with_environment += universe.installed.empty() ? 0 : 1;
    unsatisfiable += best->num_plans == 0 ? 1 : 0;
    with_choice += best->num_plans > 1 ? 1 : 0;
    if (best->num_plans > 1) {
      const absl::StatusOr<SmallWorld> small = MakeSmallWorld(world->request, universe.objective);
      ASSERT_TRUE(small.ok());
      const absl::StatusOr<std::vector<SmallPlan>> plans =
          AllPlans(*small, world->request, best->num_plans);
      ASSERT_TRUE(plans.ok());
      const SmallPlan greedy = GreedyPlan(*plans, *small);
      std::size_t same = 0;
      for (std::size_t at = 0; at < greedy.size(); ++at) {
        for (const PackageRecord& record : best->plan) {
          same +=
              greedy[at] >= 0 && record.name == small->names[at].name &&
                      record.fn ==
                          small->names[at].choices[static_cast<std::size_t>(greedy[at])].record.fn
                  ? 1
                  : 0;
        }
      }
      greedy_is_worse += same != best->plan.size() ? 1 : 0;
    }
  }
  RecordProperty("unsatisfiable", static_cast<int>(unsatisfiable));
  RecordProperty("with_choice", static_cast<int>(with_choice));
  RecordProperty("greedy_is_worse", static_cast<int>(greedy_is_worse));
  EXPECT_GE(unsatisfiable, kNumUniverses / 4);
  EXPECT_LE(unsatisfiable, kNumUniverses * 4 / 10);
  EXPECT_GE(with_choice, kNumUniverses / 2);
  EXPECT_GE(greedy_is_worse, kNumUniverses / 10);
  EXPECT_GE(with_environment, kNumUniverses / 4);
}

TEST(Reordered, HasTheSameBestPlan) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Universe universe = RandomUniverse(seed);
    const Universe other = Reordered(universe, seed + 1);
    const absl::StatusOr<World> world = BuildWorld(universe);
    const absl::StatusOr<World> other_world = BuildWorld(other);
    ASSERT_TRUE(world.ok() && other_world.ok());
    const auto best = BruteForce(world->request, universe.objective);
    const auto other_best = BruteForce(other_world->request, universe.objective);
    ASSERT_TRUE(best.ok() && other_best.ok());
    ASSERT_EQ(best->num_plans, other_best->num_plans) << ToText(universe);
    ASSERT_EQ(best->plan.size(), other_best->plan.size()) << ToText(universe);
    for (std::size_t i = 0; i < best->plan.size(); ++i) {
      ASSERT_EQ(best->plan[i].fn, other_best->plan[i].fn) << ToText(universe);
      ASSERT_EQ(best->plan[i].channel, other_best->plan[i].channel) << ToText(universe);
      ASSERT_EQ(best->plan[i].subdir, other_best->plan[i].subdir) << ToText(universe);
    }
  }
}

TEST(Shrink, FindsTheCore) {
  const absl::StatusOr<Universe> universe = ParseUniverse(R"(
channel one
  a 1 0 #2 noarch | depends: b >=2; c
  b 1 0 @1600000000000
  c 1
channel two
  b 2
virtual __linux 1
request a >=1
request c
priority strict, objective lowest, prune
)");
  ASSERT_TRUE(universe.ok()) << universe.status();
  const auto has_no_plan = [](const Universe& candidate) {
    const absl::StatusOr<World> world = BuildWorld(candidate);
    const auto best = BruteForce(world->request, candidate.objective);
    return best->num_plans == 0 && !candidate.specs.empty() && !candidate.channels.empty();
  };
  const Universe core = Shrink(*universe, has_no_plan);
  EXPECT_EQ(ToText(core), "channel two\nrequest c\npriority flexible, objective newest\n");
}

}  // namespace
}  // namespace satchel::oracle
