#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/corpus/manifest.h"
#include "bench/harness/requirements.h"

namespace satchel {

// Errors: those of reading a channel.
[[nodiscard]] absl::StatusOr<Requirements> ReadRequirements(
    const std::vector<BenchChannel>& channels, const std::string& platform);

// The first `random.count` problems of RandomSpecs; none if there are no names.
std::vector<Problem> MakeRandomProblems(const RandomProblems& random,
                                        const Requirements& requirements);

}  // namespace satchel
