#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/result_file.h"
#include "bench/report/statistics.h"

namespace satchel {

struct CompareOptions {
  std::string base_solver;  // Labels; empty for the first of each run.
  std::string new_solver;
  std::string metric = "total";  // "total", "solve", "load" or "memory".
  // Ignores a smaller change, however certain.
  double threshold = 0.025;
  // Instructions hardly vary from run to run.
  double instructions_threshold = 0.01;
  // The probability of a false alarm: for the whole, and for all problems together.
  double alpha = 0.001;
};

enum class SpeedChange {
  kNone,  // No change that differs from noise.
  kFaster,
  kSlower,
  kFixed,     // It failed, or contradicted the expectation, before.
  kBroken,    // It does so now.
  kAnswered,  // A different answer (a plan or none) than before; unknown which is right.
};
const char* SpeedChangeName(SpeedChange change);

struct ProblemChange {
  std::string problem;
  std::string base_status;
  std::string new_status;
  double base = 0;  // Medians.
  double now = 0;
  double ratio = 1;                    // New to base: above 1 is slower.
  Interval interval;                   // 95 %, by bootstrap.
  double p = 1;                        // Corrected for the number of problems.
  std::optional<double> instructions;  // Ratio of their counts.
  SpeedChange change = SpeedChange::kNone;
};

struct Comparison {
  std::string base_name;  // "0.1.0 (3f2a9c)".
  std::string new_name;
  std::string metric;
  std::vector<ProblemChange> problems;  // Largest ratio first.
  int num_missing = 0;                  // In only one of the runs.
  double ratio = 1;                     // The median of the problems' ratios.
  Interval interval;
  double p = 1;
  std::optional<double> instructions;  // The median ratio.
  SpeedChange change = SpeedChange::kNone;
  bool regressed = false;  // The whole or any problem is slower or broken.
};

// Compares two runs of the same problems, or two solvers of one run (then `base` and `now` are the
// same). The latter is better, because changes on the machine affected both solvers alike.
//
// A problem's p-value is Mann-Whitney's or, within one run, Wilcoxon's over its repetitions, with
// Holm's correction; that of the whole is Wilcoxon's over the logarithms of the problems' ratios
// (of all repetitions, if there are few problems). Errors: kInvalidArgument if the runs have no
// problem in common, or lack these solvers.
[[nodiscard]] absl::StatusOr<Comparison> Compare(const RunResults& base, const RunResults& now,
                                                 const CompareOptions& options);

// As Markdown, for a pull request; `every_problem` also lists unchanged problems.
std::string ComparisonText(const Comparison& comparison, bool every_problem);

}  // namespace satchel
