#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/export/plan_json.h"
#include "solver/solve.h"

namespace satchel {

struct TextOptions {
  bool colour = false;
  bool quiet = false;    // Only the table.
  bool verbose = false;  // Also the levels of the objective.
  bool has_environment = false;
};

// A plan as text: a table of the packages (or of the changes, if there was an environment), totals,
// and how it was found.
std::string PlanText(const Plan& plan, const AnswerContext& context, const TextOptions& options);

}  // namespace satchel
