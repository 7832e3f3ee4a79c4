#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "bench/adapters/adapter.h"
#include "bench/harness/problem.h"
#include "bench/harness/schedule.h"

namespace satchel {

enum class RunMode {
  kFresh,      // Starts an adapter for each measurement and ends it afterwards.
  kReload,     // Keeps adapters, but loads the channels for each measurement.
  kInProcess,  // Keeps adapters and loads channels only when they change.
};

struct RunOptions {
  std::string output;   // The result file.
  bool resume = false;  // Continues `output` if it exists.
  std::string corpus;   // Its name in the results.
  int repetitions = 1;
  int warm_ups = 1;  // Unmeasured solves of each solver at the start.
  std::uint64_t seed = 1;
  double timeout_s = 60;
  RunMode mode = RunMode::kReload;
  bool cold = false;   // Without the caches of solvers and system.
  int processor = -1;  // The processor to run on; -1 for any.
  std::string instructions;
  RunShard shard;
  std::optional<Solver> judge;  // Satchel's adapter, to judge other solvers' plans at the end.
  const std::atomic<bool>* cancelled = nullptr;  // May be null.
};

struct RunProgress {
  int done = 0;
  int total = 0;
  double elapsed_s = 0;
  double left_s = 0;  // Estimated.
  std::string now;    // "everyday/numpy by satchel".
};

// Measures all problems with all solvers and writes the results as they arrive. A missing solver is
// an error; a failing one is a result. Errors: kNotFound for a solver; kCancelled; those of the
// result file.
[[nodiscard]] absl::Status RunBenchmark(const std::vector<Problem>& problems,
                                        std::vector<Solver> solvers, const RunOptions& options,
                                        const std::function<void(const RunProgress&)>& progress);

}  // namespace satchel
