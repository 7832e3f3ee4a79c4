#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// Adds what an environment file asks for to the problem's specs. Its channels are not looked at.
[[nodiscard]] absl::Status ReadSpecsOf(const std::string& path, Problem* problem);

// A problem of each scenario (corpora/scenario.h) whose path matches `pattern`, a path with * in
// its last part; the channels are written below `directory`. Scenarios of what no other solver
// knows (removals, updates of everything) are left out.
[[nodiscard]] absl::StatusOr<std::vector<Problem>> ProblemsOfScenarios(
    const std::string& pattern, const std::string& directory);

}  // namespace satchel
