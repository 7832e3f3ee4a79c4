#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/lock/lock_diff.h"
#include "tools/cli/lock/lock_platform.h"
#include "tools/cli/lock/lock_target.h"

namespace satchel {

// Says which of `num_platforms` have no plan and why, the same reason once, and the fixes, first
// those that help on all of them.
[[nodiscard]] absl::Status TellConflicts(const Arguments& arguments, const LockTarget& target,
                                         std::size_t num_platforms,
                                         const std::vector<PlatformConflict>& conflicts);

// Says what is locked, and what changed.
[[nodiscard]] absl::Status TellChanges(const Arguments& arguments, const LockTarget& target,
                                       const LockFile& lock, const std::vector<LockChange>& changes,
                                       bool was_there);

}  // namespace satchel
