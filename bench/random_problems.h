#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/manifest.h"

namespace satchel {

// What random requirements are drawn from: all package names of some channels, and all distinct
// specs that their records depend on or are constrained by.
struct Requirements {
  std::vector<std::string> names;  // Sorted.
  std::vector<std::string> specs;  // Sorted; none on virtual packages, all well-formed.
  std::int64_t num_records = 0;
};

[[nodiscard]] absl::StatusOr<Requirements> ReadRequirements(
    const std::vector<BenchChannel>& channels, const std::string& platform);

// resolvo's protocol for solver benchmarks: each problem asks for 1 to 10 requirements, each drawn
// uniformly from the names or, one time in eleven, from the specs. The same problems for the same
// seed and channels, whatever the machine; the first of `count` do not depend on `count`.
std::vector<Problem> MakeRandomProblems(const RandomProblems& random,
                                        const Requirements& requirements);

}  // namespace satchel
