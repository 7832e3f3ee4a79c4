// Only the best plan is certified: of small worlds every other plan is tried, and what is no plan.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "solver/proof/plan_proof.h"
#include "tests/oracle/brute_force.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/random_universe.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/small_world.h"
#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel {
namespace {

using oracle::Labels;

constexpr std::size_t kMaxPlans = 40;

absl::Status Proved(const oracle::World& world, const std::vector<PackageRecord>& plan,
                    Objective objective = Objective::kNewest) {
  return ProvePlan(world.request, objective, plan, StopSignal(0, nullptr)).status();
}

// What is wrong with the proofs about a universe; "" if only the best plan has one.
std::string Flaw(const oracle::Universe& universe) {
  const absl::StatusOr<oracle::World> world = oracle::BuildWorld(universe);
  if (!world.ok()) {
    return "";  // Another test's concern.
  }
  const auto best = oracle::BruteForce(world->request, universe.objective);
  const auto small = oracle::MakeSmallWorld(world->request, universe.objective);
  if (!best.ok() || !small.ok() || best->num_plans == 0 || best->num_plans > kMaxPlans) {
    return "";
  }
  const auto plans = oracle::AllPlans(*small, world->request, kMaxPlans);
  if (!plans.ok()) {
    return std::string(plans.status().ToString());
  }
  const std::vector<std::string> expected = Labels(best->plan);
  for (const oracle::SmallPlan& plan : *plans) {
    const std::vector<PackageRecord> records = oracle::ToRecords(*small, plan);
    const bool is_best = Labels(records) == expected;
    const absl::Status status = Proved(*world, records, universe.objective);
    if (is_best ? !status.ok() : status.code() != absl::StatusCode::kInternal) {
      std::string text = is_best ? "the best plan has no proof: " : "has a proof, and is not best:";
      text += is_best ? status.ToString() : "";
      for (const std::string& label : Labels(records)) {
        text += "\n  " + label;
      }
      return text;
    }
  }
  return "";
}

TEST(PlanProof, OfAllPlansOnlyTheBestHasOne) {
  oracle::CheckSeeds(oracle::FirstSeed() + 17'000,
                     std::max<std::uint64_t>(1, oracle::NumCases() / 10), Flaw);
}

constexpr std::string_view kTwoOfThree = R"(
channel main
  a 3
  a 2
  a 1
  b 3 | depends: a 1
  b 2 | depends: a 2; c
  b 1
  c 2
  c 1
request a
request b
)";

class NotAPlan : public testing::Test {
 protected:
  void SetUp() override {
    const absl::StatusOr<oracle::Universe> told = oracle::ParseUniverse(kTwoOfThree);
    ASSERT_TRUE(told.ok()) << told.status();
    absl::StatusOr<oracle::World> world = oracle::BuildWorld(*told);
    ASSERT_TRUE(world.ok()) << world.status();
    world_ = *std::move(world);
    auto best = oracle::BruteForce(world_.request, Objective::kNewest);
    ASSERT_TRUE(best.ok()) << best.status();
    plan_ = best->plan;
  }

  oracle::World world_;
  std::vector<PackageRecord> plan_;
};

TEST_F(NotAPlan, TheBestIs) {
  EXPECT_TRUE(Proved(world_, plan_).ok()) << Proved(world_, plan_);
}

TEST_F(NotAPlan, AnEmptyOneIsRefused) {
  EXPECT_EQ(Proved(world_, {}).code(), absl::StatusCode::kInternal);
}

TEST_F(NotAPlan, OneWithoutOneOfItsPackagesIsRefused) {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    std::vector<PackageRecord> plan = plan_;
    plan.erase(plan.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(Proved(world_, plan).code(), absl::StatusCode::kInternal) << plan_[i].name;
  }
}

TEST_F(NotAPlan, OneWithARecordOfNoChannelIsRefused) {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    std::vector<PackageRecord> plan = plan_;
    plan[i].version = "9";
    EXPECT_EQ(Proved(world_, plan).code(), absl::StatusCode::kInternal) << plan_[i].name;
    plan = plan_;
    plan[i].build += "x";
    EXPECT_EQ(Proved(world_, plan).code(), absl::StatusCode::kInternal) << plan_[i].name;
  }
}

// The optimiser's own values are not believed either.
TEST_F(NotAPlan, LevelsWithOtherValuesAreRefused) {
  absl::StatusOr<SolveOutcome> outcome = Solve(world_.request, {});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const Plan plan = std::get<Plan>(*outcome);
  const StopSignal never(0, nullptr);
  Plan certified = plan;
  ASSERT_TRUE(Certify(world_.request, Objective::kNewest, never, certified).ok());
  EXPECT_TRUE(std::ranges::all_of(certified.levels, &LevelValue::certified));
  for (std::size_t i = 0; i < plan.levels.size(); ++i) {
    for (const int change : {-1, 1}) {
      Plan other = plan;
      other.levels[i].value += change;
      EXPECT_EQ(Certify(world_.request, Objective::kNewest, never, other).code(),
                absl::StatusCode::kInternal)
          << plan.levels[i].level;
    }
  }
}

}  // namespace
}  // namespace satchel
