#include "tests/bench/report/synthetic_run.h"

#include <cmath>

#include "corpora/random.h"

namespace satchel::testing {
namespace {

// About normal, with a standard deviation of 1.
double Noise(SplitMix& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) {
    sum += static_cast<double>(random.Next32()) / 4294967296.0;
  }
  return sum;
}

}  // namespace

RunResults MakeSyntheticRun(const SyntheticOptions& options) {
  RunResults run;
  run.path = options.path;
  run.complete = true;
  run.header = {{"kind", "run"},
                {"schema", kResultSchema},
                {"settings", {{"solvers", {{{"label", options.label}, {"version", "1"}}}}}}};
  SplitMix random(options.seed);
  const double machine = std::exp(options.machine_noise * Noise(random));
  for (int problem = 0; problem < options.num_problems; ++problem) {
    SplitMix of_problem(MixSeed(77, problem));  // The same in every run.
    const double typical_ms = std::exp(2.0 + 4.0 * of_problem.Below(1000) / 1000.0);
    for (int repetition = 0; repetition < options.repetitions; ++repetition) {
      Measurement m;
      m.problem = "synthetic/" + std::to_string(problem);
      m.solver = options.label;
      m.repetition = repetition;
      m.status = "solved";
      m.total_ms =
          typical_ms * machine * options.slowness * std::exp(options.noise * Noise(random));
      if (random.Below(20) == 0) {
        m.total_ms *= 1 + random.Below(200) / 100.0;
      }
      m.solve_ms = 0.6 * m.total_ms;
      m.load_ms = 0.4 * m.total_ms;
      run.measurements.push_back(m);
    }
  }
  return run;
}

}  // namespace satchel::testing
