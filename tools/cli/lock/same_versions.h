#pragma once

#include <vector>

#include "absl/status/status.h"

#include "tools/cli/framework/arguments.h"
#include "tools/cli/lock/lock_platform.h"

namespace satchel {

// --same-versions: name by name, those asked for first, moves platforms of one environment to a
// common version: the newest of those that some platform has now and all can have, else the newest
// below that they agree on. What was agreed on before stays. Names without a common version keep
// theirs, and a warning says so. Does nothing where a platform has no plan. Errors: those of
// LockPlatform. Solves each platform a few times for each name that differs.
[[nodiscard]] absl::Status EqualiseVersions(const Arguments& arguments,
                                            const std::vector<LockPart>& parts,
                                            std::vector<PlatformLock>* locks);

}  // namespace satchel
