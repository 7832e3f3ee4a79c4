#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "frontend/lock/lock_file.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Where a lock goes: one file, or one for each platform.
struct LockTarget {
  std::string path;  // May have a {platform}; "-" is standard output.
  LockFormat format = LockFormat::kCondaLock;

  bool IsOfEach() const;
  std::string PathOf(const std::string& platform) const;
};

// By --output and --format. Errors: kInvalidArgument for --check without a file.
[[nodiscard]] absl::StatusOr<LockTarget> TargetOf(const Arguments& arguments);

// All texts are made before one file is written; each replaces its file in one step. Errors: those
// of LockText() and of writing; kInvalidArgument if the format has no place for it.
[[nodiscard]] absl::Status WriteLock(const LockFile& lock, const LockTarget& target);

// What is there; a file that is not counts as one that locks nothing. `platforms` are those whose
// files there may be. Errors: those of ReadLockFile.
[[nodiscard]] absl::StatusOr<LockFile> ReadOldLock(const LockTarget& target,
                                                   const std::vector<std::string>& platforms);

}  // namespace satchel
