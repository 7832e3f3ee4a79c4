#pragma once

#include <optional>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Asks libcuda in a child process, for at most ten seconds: drivers are known to crash and to hang.
// None if there is no driver, or no answer: so it ends well also where the child, forked from a
// process of several threads, waits for ever for a lock that one of them held.
std::optional<CudaDriver> DetectCuda();

}  // namespace satchel
