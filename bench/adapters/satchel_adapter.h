#pragma once

#include <string>

#include "absl/status/status.h"

namespace satchel {

// satchel as a solver of the harness: answers the protocol of docs/bench.md on standard input and
// output until the input ends. Each problem is one run of `program` (a satchel) from start to exit,
// as a user experiences it. Between problems, only satchel's on-disk caches persist. `engine`: its
// option; may be empty.
[[nodiscard]] absl::Status ServeSatchel(const std::string& program, const std::string& engine);

}  // namespace satchel
