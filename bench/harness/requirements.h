#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/fetch/channel_source.h"

namespace satchel {

// The pool for random requirements: all package names of some channels, and all distinct specs in
// their records' depends and constrains.
struct Requirements {
  std::vector<std::string> names;  // Sorted.
  std::vector<std::string> specs;  // Sorted; none on virtual packages, all well-formed.
  std::int64_t num_records = 0;
};

Requirements RequirementsOf(const LoadedChannels& channels);

// resolvo's protocol for solver benchmarks: a problem has 1 to 10 requirements, each drawn
// uniformly from the names or, one time in eleven, from the specs. The same problem for the same
// seed, number and channels on every machine. Requires: there are names.
std::vector<std::string> RandomSpecs(std::uint64_t seed, int number,
                                     const Requirements& requirements);

}  // namespace satchel
