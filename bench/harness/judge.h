#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "bench/adapters/adapter.h"
#include "bench/harness/problem.h"
#include "bench/harness/result_file.h"

namespace satchel {

// Adds a verdict to `results`, and through `writer` to their file, for each plan of a solver other
// than satchel: whether it is valid, and the first level of the objective at which it is worse than
// the best plan. Keeps existing verdicts. `judge` is satchel's adapter. Errors: kNotFound if it
// does not start; kCancelled; those of the file.
[[nodiscard]] absl::Status JudgePlans(const std::vector<Problem>& problems,
                                      const std::vector<Solver>& solvers, Solver judge,
                                      const std::atomic<bool>* cancelled, RunResults* results,
                                      ResultWriter& writer,
                                      const std::function<void(const std::string&)>& progress);

}  // namespace satchel
