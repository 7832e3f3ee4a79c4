#pragma once

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "encoding/request.h"
#include "repodata/index/index.h"

namespace satchel {

// What the micro-benchmarks ask for: requests on a real channel, its indexes in memory.

inline constexpr const char* kTwelve =
    "numpy pandas scipy matplotlib jupyterlab pytorch dask xarray scikit-learn gdal geopandas "
    "pyarrow";

// linux-64 and noarch of $SATCHEL_CORPORA/conda-forge, or of the channel that
// $SATCHEL_BENCH_CHANNEL names. Empty if it is not there. Read once.
const std::vector<std::unique_ptr<Index>>& ChannelIndexes();

// The specs, separated by spaces, on that channel and a machine without a GPU. Valid as long as
// the program runs. Requires: the specs can be parsed.
Request MakeRequest(const std::string& texts);

// Whether there is such a channel; a benchmark is skipped with the reason if not.
bool HasChannel(benchmark::State& state);

// A number beside the times of a benchmark.
void Count(benchmark::State& state, const char* name, std::size_t value);

}  // namespace satchel
