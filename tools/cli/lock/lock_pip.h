#pragma once

#include <vector>

#include "absl/status/status.h"

#include "tools/cli/framework/arguments.h"
#include "tools/cli/lock/lock_platform.h"

namespace satchel {

// Lets pip lock the requirements of each platform, one after the other: python3's on the PATH, or
// the command of --pip-with. Those that it cannot lock, and all with --no-pip or offline, stay as
// they were asked for, and a warning says so; a format other than
// conda-lock's has no place for them. Errors:
// kCancelled.
[[nodiscard]] absl::Status LockPip(const Arguments& arguments, LockFormat format,
                                   std::vector<PlatformLock>* locks);

}  // namespace satchel
