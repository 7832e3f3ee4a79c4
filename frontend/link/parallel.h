#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace satchel {

// Calls `work` for 0 ... count-1, on as many threads as there are processors, including this one.
// Starts nothing new after a failure. Returns the failure with the smallest number.
[[nodiscard]] absl::Status ParallelFor(std::size_t count,
                                       absl::FunctionRef<absl::Status(std::size_t)> work);

}  // namespace satchel
