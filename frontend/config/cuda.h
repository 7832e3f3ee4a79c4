#pragma once

#include <optional>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Asks libcuda in a child process, for at most ten seconds: drivers may crash or hang. None if
// there is no driver, or no answer. So this also returns if the child, forked from a process of
// several threads, waits forever for a lock that one of them held.
std::optional<CudaDriver> DetectCuda();

}  // namespace satchel
