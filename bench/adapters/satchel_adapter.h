#pragma once

#include <string>

#include "absl/status/status.h"

namespace satchel {

// satchel as a solver of the harness: answers the protocol of docs/bench.md on standard input and
// output until the input ends. Each problem is one run of `program` (a satchel) from start to exit:
// what a user waits for. Nothing is kept between problems but what satchel keeps on disk.
[[nodiscard]] absl::Status ServeSatchel(const std::string& program);

}  // namespace satchel
