#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/lock/lock_file.h"

namespace satchel {

// What pip is to resolve for a platform that may be another than this machine's.
struct PipQuestion {
  std::vector<std::string> requirements;   // Lines of a requirements file.
  std::string directory;                   // In which their relative paths start.
  const LockedPlatform* locked = nullptr;  // Its conda packages are there already.
  const std::vector<PackageRecord>* virtual_packages = nullptr;
};

// Asks pip (pip.pypa.io, `install --dry-run --report`) which wheels these requirements need beside
// the conda packages, which it must take as they are where it knows them. By name. `command` runs
// pip: {"python3", "-m", "pip"}. Errors: kFailedPrecondition if the platform has no python;
// kAborted with pip's own words; those of starting it; kCancelled.
[[nodiscard]] absl::StatusOr<std::vector<LockedPypi>> ResolvePip(
    const std::vector<std::string>& command, const PipQuestion& question,
    const std::atomic<bool>* cancel);

}  // namespace satchel
