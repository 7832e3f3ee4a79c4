// The verifier against the oracle's list of all plans: it accepts each of them and nothing else.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "solver/proof/verify.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/plan_list.h"
#include "tests/oracle/seeds.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

constexpr std::size_t kMaxVerifiedPlans = 2000;
constexpr int kNumMutants = 60;

// A plan with one or two names changed, to another record or to none.
SmallPlan Mutant(const SmallWorld& world, SmallPlan plan, Dice& dice) {
  for (std::size_t i = 0; i < 1 + dice.Below(2) && !plan.empty(); ++i) {
    const std::size_t at = dice.Below(plan.size());
    const std::size_t choice = dice.Below(world.names[at].choices.size() + 1);
    plan[at] = static_cast<std::int8_t>(static_cast<int>(choice) - 1);
  }
  return plan;
}

std::string VerifierFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return "";
  }
  const absl::StatusOr<SmallWorld> small = MakeSmallWorld(world->request, universe.objective);
  if (!small.ok()) {
    return "";
  }
  const absl::StatusOr<std::vector<SmallPlan>> plans =
      AllPlans(*small, world->request, kMaxVerifiedPlans);
  if (!plans.ok()) {
    return "";  // Too many.
  }
  const std::set<SmallPlan> valid(plans->begin(), plans->end());
  const auto flaw = [&](const SmallPlan& plan) -> std::string {
    const std::vector<PackageRecord> records = ToRecords(*small, plan);
    const std::vector<std::string> lines = VerifyPlan(world->request, records);
    if (lines.empty() == valid.contains(plan)) {
      return "";
    }
    return absl::StrFormat("%s by the oracle, but by the verifier: %s\n  %s\n",
                           lines.empty() ? "not a plan" : "a plan",
                           lines.empty() ? "fine" : absl::StrJoin(lines, "; "),
                           absl::StrJoin(Labels(records), "\n  "));
  };
  for (const SmallPlan& plan : *plans) {
    if (std::string found = flaw(plan); !found.empty()) {
      return found;
    }
  }
  Dice dice(plans->size());
  const SmallPlan nothing(small->names.size(), std::int8_t{kAbsent});
  for (int i = 0; i < kNumMutants; ++i) {
    const SmallPlan& from = plans->empty() ? nothing : dice.Pick(*plans);
    if (std::string found = flaw(Mutant(*small, from, dice)); !found.empty()) {
      return found;
    }
  }
  return "";
}

TEST(VerifyPlan, AcceptsThePlansAndNothingElse) {
  CheckSeeds(FirstSeed(), NumCases() / 4, VerifierFlaw);
}

TEST(VerifyPlan, AcceptsThoseWithConditions) {
  CheckSeeds(FirstSeed(), NumCases() / 4, VerifierFlaw, RandomUniverseOfRevision3);
}

}  // namespace
}  // namespace satchel::oracle
