#pragma once

#include <optional>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// Asks libcuda in a child process, for at most ten seconds: drivers are known to crash and to hang.
// None if there is no driver, or no answer. Must run while the process has one thread.
std::optional<CudaDriver> DetectCuda();

}  // namespace satchel
