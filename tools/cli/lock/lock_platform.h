#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/lock/lock_file.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Why a platform has no plan.
struct PlatformConflict {
  std::string platform;
  Conflict conflict;
  FixList fixes;
};

struct PlatformLock {
  std::variant<LockedPlatform, PlatformConflict> outcome;
  std::vector<std::string> channels;  // The URLs of those searched.
  std::vector<std::string> warnings;
};

// Solves for one platform. What `before` locks (null: nothing) stays as far as it answers the
// request: where the same was asked of it, all of it, without a solve; else as few packages change
// as possible. Those that --update names come first, as new as they can be. Errors: of Prepare()
// and Solve(); kDeadlineExceeded; kInvalidArgument for --virtual-packages.
[[nodiscard]] absl::StatusOr<PlatformLock> LockPlatform(const Arguments& arguments,
                                                        const std::string& platform,
                                                        const LockedPlatform* before);

}  // namespace satchel
