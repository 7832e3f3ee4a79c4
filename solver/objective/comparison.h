#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/solve.h"

namespace satchel {

// How a plan stands beside the best one.
struct PlanComparison {
  enum class Rank {
    kSame,     // It is the best one.
    kWorse,    // At `level`, after being equal at all levels before.
    kBetter,   // Impossible if the best plan is proven and the other one valid.
    kUnknown,  // It has a record that the request does not allow, or packages that nothing needs.
  };
  Rank rank = Rank::kUnknown;
  std::string level;      // The first at which they differ: "requested", "dependencies: numpy", ...
  std::int64_t best = 0;  // The best plan's value there, as LevelValue has it; at a level that
  std::int64_t value = 0;  // goes by name the rank class or variant, counted from the best.
  std::string package;     // One that makes the difference.
};

// Compares `plan`, valid for `request` (VerifyPlan), with the best plan that Solve found for it,
// level by level of the objective (ARCHITECTURE.md). So anybody's plan can be judged, another
// solver's or a lock file's. It shares the candidate lists with the solver, not its arithmetic.
// Cost: linear in the records of the plan's names. Errors: as Universe::Make.
[[nodiscard]] absl::StatusOr<PlanComparison> CompareWithBest(
    const Request& request, Objective objective, const Plan& best,
    const std::vector<PackageRecord>& plan);

}  // namespace satchel
