#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/environment_lock.h"
#include "repodata/spec/record.h"

namespace satchel {

// Removes an environment with all that lies in its directory, after the pre-unlink scripts of its
// packages (`run_scripts`). The directory is renamed first, so that from one moment on the
// environment is gone, whatever interrupts the rest. What a script complains of goes to `warnings`.
// Errors: those of the system; kCancelled before anything was removed.
[[nodiscard]] absl::Status RemoveEnvironment(const EnvironmentLock& lock,
                                             const std::vector<PackageRecord>& packages,
                                             bool run_scripts, const std::atomic<bool>* cancel,
                                             std::vector<std::string>* warnings);

// Removes what removals that were killed have left of environments beside this one.
void FinishRemovals(const std::string& prefix);

}  // namespace satchel
