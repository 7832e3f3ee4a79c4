#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "corpora/channel_plan.h"
#include "repodata/spec/record.h"

namespace satchel {

// The base of every conda channel, which every package refers to by its real names: the compiler's
// libraries, python_abi, the BLAS switch, cuda-version, mpi and tzdata. Complete except for url and
// digests; `subdir` is set.
[[nodiscard]] std::vector<PackageRecord> CoreRecords(Day first_day, Day last_day);

// "cp311", "cp36m", "cp27mu".
[[nodiscard]] std::string PythonAbiTag(const PythonSeries& series);

// The major version of the compiler in use on `day`.
[[nodiscard]] std::uint32_t CompilerOn(Day day);

}  // namespace satchel
