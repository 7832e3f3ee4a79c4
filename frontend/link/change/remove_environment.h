#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/change/environment_lock.h"
#include "repodata/spec/record.h"

namespace satchel {

// Removes an environment and everything in its directory, after the pre-unlink scripts of its
// packages (`run_scripts`). Renames the directory first, so that the environment disappears in one
// step, whatever interrupts the rest. Complaints of scripts go to `warnings`. Errors: system
// errors; kCancelled before anything was removed.
[[nodiscard]] absl::Status RemoveEnvironment(const EnvironmentLock& lock,
                                             const std::vector<PackageRecord>& packages,
                                             bool run_scripts, const std::atomic<bool>* cancel,
                                             std::vector<std::string>* warnings);

// Removes what killed removals left of environments beside this one.
void FinishRemovals(const std::string& prefix);

}  // namespace satchel
