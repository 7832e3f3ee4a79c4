// Solve() alone, on indexes in memory: the requests of the everyday table, on the real channel of
// $SATCHEL_CORPORA. Each run's plan is checked to be proven.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "repodata/ingest.h"
#include "solver/solve.h"

namespace satchel {
namespace {

constexpr const char* kTwelve =
    "numpy pandas scipy matplotlib jupyterlab pytorch dask xarray scikit-learn gdal geopandas "
    "pyarrow";

std::string ChannelDirectory() {
  const char* const named = std::getenv("SATCHEL_CORPORA");
  const char* const channel = std::getenv("SATCHEL_BENCH_CHANNEL");
  return absl::StrFormat("%s/%s", named != nullptr ? named : SATCHEL_DEFAULT_CORPORA,
                         channel != nullptr ? channel : "conda-forge");
}

// Empty if the channel is not there.
const std::vector<std::unique_ptr<Index>>& ChannelIndexes() {
  static const auto* const indexes = [] {
    auto* loaded = new std::vector<std::unique_ptr<Index>>;
    for (const char* const subdir : {"linux-64", "noarch"}) {
      IngestOptions options;
      options.subdir = subdir;
      absl::StatusOr<Index> index = IngestRepodataFile(
          absl::StrFormat("%s/%s/repodata.json", ChannelDirectory(), subdir), options, nullptr);
      if (index.ok()) {
        loaded->push_back(std::make_unique<Index>(*std::move(index)));
      }
    }
    return loaded;
  }();
  return *indexes;
}

Request MakeRequest(const std::string& texts) {
  Request request;
  Channel channel{"conda-forge", "", {}};
  for (const std::unique_ptr<Index>& index : ChannelIndexes()) {
    channel.subdirs.push_back(index.get());
  }
  request.channels.push_back(std::move(channel));
  for (const absl::string_view text : absl::StrSplit(texts, ' ')) {
    request.specs.push_back(*MatchSpec::Parse({text.data(), text.size()}));
  }
  constexpr const char* kVirtual[][3] = {{"__unix", "0", "0"},
                                         {"__linux", "6.8", "0"},
                                         {"__glibc", "2.36", "0"},
                                         {"__archspec", "1", "x86_64_v3"}};
  for (const auto& [name, version, build] : kVirtual) {
    PackageRecord record;
    record.name = name;
    record.version = version;
    record.build = build;
    request.virtual_packages.push_back(std::move(record));
  }
  return request;
}

void BM_Solve(benchmark::State& state, const std::string& specs) {
  if (ChannelIndexes().size() < 2) {
    state.SkipWithError("no channel (SATCHEL_CORPORA?)");
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
    const auto count = [](auto value) { return benchmark::Counter(static_cast<double>(value)); };
    state.counters["packages"] = count(plan->packages.size());
    state.counters["grounded"] = count(plan->statistics.candidates);
    state.counters["variables"] = count(plan->statistics.variables);
    state.counters["sat_calls"] = count(plan->statistics.sat_calls);
  }
}

// Why there is no plan: to find that out, and the parts of the request that are to blame.
void BM_Explain(benchmark::State& state, const std::string& specs) {
  if (ChannelIndexes().size() < 2) {
    state.SkipWithError("no channel (SATCHEL_CORPORA?)");
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
