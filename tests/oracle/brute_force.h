#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/solve.h"

namespace satchel::oracle {

struct BruteForceResult {
  std::vector<PackageRecord> plan;  // The best one, by name. Meaningless if num_plans is 0.
  std::size_t num_plans = 0;        // Of the request; 0: unsatisfiable.
  // How the choice went, one line a decision: "requested: greatest lag 1, 12 plans left".
  std::vector<std::string> trace;
};

// The best plan by enumeration of all plans, keeping those that are best at one level of
// ARCHITECTURE.md's objective after the other. Shares no code with encoding/ or solver/; only
// MatchSpec and Version.
//
// Errors: kResourceExhausted if there are more than `max_plans` plans; kInvalidArgument for what a
// small world cannot hold; kInternal if the objective does not single out one plan.
// Cost: plans times levels; for universes of a few names with a few records each.
[[nodiscard]] absl::StatusOr<BruteForceResult> BruteForce(const Request& request,
                                                          Objective objective,
                                                          std::size_t max_plans = 200'000);

}  // namespace satchel::oracle
