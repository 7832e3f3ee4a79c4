#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "solver/explain/diagnosis.h"
#include "solver/solve.h"

namespace satchel {

struct FixOptions {
  std::size_t max_fixes = 5;
  // Then those found so far are returned; a last one may take as long again for its plan.
  double budget_seconds = 5;
  Objective objective = Objective::kNewest;   // Of the plans.
  const std::atomic<bool>* cancel = nullptr;  // Set it to stop; as when time is up.
  // Conflict::explained of the very same request, which is used up: the first conflict is known.
  std::shared_ptr<ExplainedConflict> explained;
  bool plans = true;  // Solve for the plan of each; without, it is only known that there is one.
};

// Changes after which the request has a plan; without any one of them it has none.
struct Fix {
  std::vector<Change> changes;
  int cost = 0;     // The sum of its changes'.
  Request request;  // With the changes made. Points into the indexes of the original.
  Plan plan;        // Of that request.
  // For frontends to fill in: what to run, and the file in which the changes are to be made before
  // (empty where the command has them).
  std::string command;
  std::string file;
};

struct FixList {
  std::vector<Fix> fixes;  // Cheapest first.
  bool complete = false;   // There are no others.
  std::string flaw;        // Not empty: a bug, which is why some may be missing.
};

// What a change costs. A fix is cheaper than another one if the sum is less.
[[nodiscard]] int CostOf(Change::Kind kind);

// The cheapest fixes of an unsatisfiable request: minimal correction sets, by implicit hitting sets
// (Davies and Bacchus, CP 2011). Among equally cheap ones those that change what was requested last
// come first. A request for a package may be widened to the nearest version that works (several
// ones one after the other, in the order of the request) before it is dropped.
//
// Errors: those of Solve for a request that cannot be asked. Running out of time is none.
[[nodiscard]] absl::StatusOr<FixList> FindFixes(const Request& request, const FixOptions& options);

}  // namespace satchel
