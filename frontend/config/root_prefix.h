#pragma once

#include <string>

#include "frontend/config/virtual_packages.h"

namespace satchel {

// The root prefix, absolute: the first there is of SATCHEL_ROOT_PREFIX, MAMBA_ROOT_PREFIX,
// CONDA_ROOT, the conda installation whose shell functions are loaded (CONDA_EXE), ~/.satchel.
std::string RootPrefix(const EnvironmentLookup& lookup);

}  // namespace satchel
