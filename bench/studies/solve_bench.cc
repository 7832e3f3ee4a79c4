// Solve() alone, on indexes in memory: the requests of the everyday table, on the real channel of
// $SATCHEL_CORPORA. Each run's plan is checked to be proven.

#include <string>
#include <variant>

#include <benchmark/benchmark.h>

#include "bench/studies/micro_request.h"
#include "solver/solve.h"

namespace satchel {
namespace {

void BM_Solve(benchmark::State& state, const std::string& specs) {
  if (!HasChannel(state)) {
    return;
  }
  const Request request = MakeRequest(specs);
  const Plan* plan = nullptr;
  absl::StatusOr<SolveOutcome> outcome;
  for (auto _ : state) {
    outcome = Solve(request, SolveOptions());
    plan = outcome.ok() ? std::get_if<Plan>(&*outcome) : nullptr;
    if (plan == nullptr || !plan->proven) {
      state.SkipWithError("no proven plan");
      return;
    }
  }
  if (plan != nullptr) {
    Count(state, "packages", plan->packages.size());
    Count(state, "grounded", static_cast<std::size_t>(plan->statistics.candidates));
    Count(state, "variables", static_cast<std::size_t>(plan->statistics.variables));
    Count(state, "sat_calls", static_cast<std::size_t>(plan->statistics.sat_calls));
  }
}

// Why there is no plan: to find that out, and the parts of the request that are to blame.
void BM_Explain(benchmark::State& state, const std::string& specs) {
  if (!HasChannel(state)) {
    return;
  }
  const Request request = MakeRequest(specs);
  for (auto _ : state) {
    const absl::StatusOr<SolveOutcome> outcome = Solve(request, SolveOptions());
    if (!outcome.ok() || std::get_if<Conflict>(&*outcome) == nullptr) {
      state.SkipWithError("there is a plan");
      return;
    }
  }
}

BENCHMARK_CAPTURE(BM_Explain, old_numpy_new_python, "numpy=1.19 python=3.12")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Solve, python, "python=3.12")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Solve, jupyterlab, "jupyterlab")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Solve, pytorch, "pytorch")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Solve, gdal_geopandas_rasterio, "gdal geopandas rasterio")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Solve, twelve, kTwelve)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel
