// How plans stand beside the best one, against the oracle's list of all plans: the best one is the
// same, every other one worse.

#include "solver/objective/comparison.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "tests/oracle/compare.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

constexpr std::size_t kMaxPlans = 200;

std::string StandingFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return "";
  }
  const absl::StatusOr<SmallWorld> small = MakeSmallWorld(world->request, universe.objective);
  if (!small.ok()) {
    return "";
  }
  const absl::StatusOr<std::vector<SmallPlan>> plans = AllPlans(*small, world->request, kMaxPlans);
  SolveOptions options;
  options.objective = universe.objective;
  const absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
  if (!plans.ok() || !outcome.ok() || !std::holds_alternative<Plan>(*outcome)) {
    return "";
  }
  const Plan& best = std::get<Plan>(*outcome);
  std::vector<PackageRecord> best_records;
  for (const PlanPackage& package : best.packages) {
    best_records.push_back(package.record);
  }
  std::vector<std::string> best_labels = Labels(best_records);
  std::ranges::sort(best_labels);
  for (const SmallPlan& plan : *plans) {
    const std::vector<PackageRecord> records = ToRecords(*small, plan);
    std::vector<std::string> labels = Labels(records);
    std::ranges::sort(labels);
    const absl::StatusOr<PlanComparison> standing =
        CompareWithBest(world->request, universe.objective, best, records);
    if (!standing.ok()) {
      return standing.status().ToString();
    }
    const bool same = labels == best_labels;
    const bool agrees =
        standing->rank == (same ? PlanComparison::Rank::kSame : PlanComparison::Rank::kWorse) &&
        (same || standing->best < standing->value);
    if (!agrees) {
      return absl::StrFormat("rank %d at '%s' (%d, best %d):\n  %s\nbest:\n  %s\n",
                             static_cast<int>(standing->rank), standing->level, standing->value,
                             standing->best, absl::StrJoin(labels, "\n  "),
                             absl::StrJoin(best_labels, "\n  "));
    }
  }
  return "";
}

TEST(Comparison, OnlyTheBestPlanIsNotWorse) {
  CheckSeeds(FirstSeed(), NumCases() / 4, StandingFlaw);
}

}  // namespace
}  // namespace satchel::oracle
