#pragma once

#include <cstdint>
#include <string>

#include "bench/harness/result_file.h"

namespace satchel::testing {

// How to generate the timings of a synthetic run. The noise resembles that of a shared machine:
// each measurement varies by some percent, one in twenty is disturbed and takes up to three times
// as long, and the whole machine is slower or faster in one run than in another.
struct SyntheticOptions {
  std::uint64_t seed = 1;
  int num_problems = 40;
  int repetitions = 10;
  double slowness = 1;           // Of the measured solver.
  double noise = 0.05;           // Of one measurement, about one standard deviation.
  double machine_noise = 0.004;  // Of the whole run.
  std::string label = "satchel";
  std::string path = "run.jsonl";
};

RunResults MakeSyntheticRun(const SyntheticOptions& options);

}  // namespace satchel::testing
