#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// Adds the specs of an environment file to the problem's specs. Ignores its channels.
[[nodiscard]] absl::Status ReadSpecsOf(const std::string& path, Problem* problem);

// A problem for each scenario (corpora/scenario.h) whose path matches `pattern`, a path with * in
// its last part; writes the channels below `directory`. Skips scenarios with features that no other
// solver has (removals, updating everything).
[[nodiscard]] absl::StatusOr<std::vector<Problem>> ProblemsOfScenarios(
    const std::string& pattern, const std::string& directory);

}  // namespace satchel
