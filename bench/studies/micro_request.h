#pragma once

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "encoding/request.h"
#include "repodata/index/index.h"

namespace satchel {

// The requests of the micro-benchmarks: on a real channel, with its indexes in memory.

inline constexpr const char* kTwelve =
    "numpy pandas scipy matplotlib jupyterlab pytorch dask xarray scikit-learn gdal geopandas "
    "pyarrow";

// linux-64 and noarch of $SATCHEL_CORPORA/conda-forge, or of the channel that
// $SATCHEL_BENCH_CHANNEL names. Empty if it does not exist. Read once.
const std::vector<std::unique_ptr<Index>>& ChannelIndexes();

// The specs, separated by spaces, on that channel and a machine without a GPU. Valid until the
// program ends. Requires: the specs parse.
Request MakeRequest(const std::string& texts);

// Whether the channel exists; if not, skips the benchmark with the reason.
bool HasChannel(benchmark::State& state);

// Adds a number to the times of a benchmark.
void Count(benchmark::State& state, const char* name, std::size_t value);

}  // namespace satchel
