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
  std::string platform;  // As LockedPlatform::Label() calls it.
  Conflict conflict;
  FixList fixes;
};

struct PlatformLock {
  std::variant<LockedPlatform, PlatformConflict> outcome;
  std::vector<std::string> warnings;
  std::vector<std::string> pip;  // Requirements of pip that are to be locked, too.
  std::vector<PackageRecord> virtual_packages;
};

// What to lock: an environment of the files, on a platform.
struct LockPart {
  std::string environment = "default";
  std::string platform;
};

// Solves for one environment on one platform; several threads may do so at once. What `before`
// locks (null: nothing) stays as far as it answers the request: where the same was asked of it, all
// of it, without a solve; else as few packages change as possible. Those that --update names come
// first, as new as they can be. Errors: of Prepare() and Solve(); kDeadlineExceeded;
// kInvalidArgument for --virtual-packages.
[[nodiscard]] absl::StatusOr<PlatformLock> LockPlatform(const Arguments& arguments,
                                                        const LockPart& part,
                                                        const LockedPlatform* before);

}  // namespace satchel
