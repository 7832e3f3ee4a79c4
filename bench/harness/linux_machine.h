#pragma once

#include <vector>

#include "repodata/spec/record.h"

namespace satchel {

// The virtual packages of the machine that benchmarks and studies solve for: Linux 6.8 with glibc
// 2.36, x86_64_v3, without a GPU.
std::vector<PackageRecord> LinuxMachine();

}  // namespace satchel
