#pragma once

#include <string>
#include <vector>

#include "frontend/lock/lock_file.h"

namespace satchel {

// How one package differs between two lock files, on all the platforms where it does so.
struct LockChange {
  enum class Kind { kAdded, kRemoved, kUpgraded, kDowngraded, kRebuilt };
  Kind kind = Kind::kAdded;
  std::string name;
  std::string before;  // "1.26.4 py312_0"; empty if it is new.
  std::string after;   // Empty if it is gone.
  // Why, as far as the records tell: "app 2.0 needs lib >=2", "needed by app", "no longer needed by
  // app"; empty if nothing in the lock files forces it.
  std::string reason;
  std::vector<std::string> platforms;  // As LockedPlatform::Label() calls them.
};

// By name. A package of the same version and another build, channel or hash counts as rebuilt.
// Platforms that only one file has count with all their packages.
std::vector<LockChange> CompareLocks(const LockFile& before, const LockFile& after);

// A line each; the platforms stand behind it unless it is all of `num_platforms`. "" if there are
// no changes.
std::string LockChangesText(const std::vector<LockChange>& changes, std::size_t num_platforms);
// A table for a pull request.
std::string LockChangesMarkdown(const std::vector<LockChange>& changes);
// [{"change": "upgraded", "name": ..., "before": ..., "after": ..., "reason": ..., "platforms":
// [...]}]
std::string LockChangesJson(const std::vector<LockChange>& changes);

}  // namespace satchel
