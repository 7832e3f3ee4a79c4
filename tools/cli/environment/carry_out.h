#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/export/plan_json.h"
#include "frontend/link/cache/package_cache.h"
#include "frontend/link/change/environment_change.h"
#include "frontend/link/change/environment_lock.h"
#include "solver/solve.h"
#include "tools/cli/environment/file_extras.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/exit_code.h"

namespace satchel {

// A change of an environment, with everything to show and record about it.
struct PlannedChange {
  EnvironmentChange change;
  Plan plan;  // To show; those of `change` replace its link and unlink.
  AnswerContext context;
  bool solved = true;  // Not an explicit list: the report shows how the plan was found.
  // The user's current and earlier requests, by package name.
  std::map<std::string, std::string> requested;
  std::string verb = "update";       // For the history: what the specs do.
  std::vector<std::string> specs;    // For the history.
  std::vector<CachedPackage> ready;  // Packages of the change that are already in the cache.
  FileExtras extras;                 // What files request besides packages.
  std::string copied_from;           // An environment whose files of no package are copied too.
  std::string question;              // Before "Proceed?"; may be empty.
  std::string done;                  // The message at the end; may be empty.
};

// Shows the change, asks, fetches, carries it out and reports. Errors: of all of these; a failed
// change leaves the environment as it was, except for `extras` and `copied_from`, which come last.
[[nodiscard]] absl::StatusOr<ExitCode> CarryOut(const Arguments& arguments,
                                                const EnvironmentLock& lock, PlannedChange planned);

// The first part of it, for an environment that has no place yet: shows what it would have.
[[nodiscard]] absl::StatusOr<ExitCode> ShowOnly(const Arguments& arguments, PlannedChange planned);

// Packages known by their URLs only, with all that their files say of them, in topological order.
struct CompletePackages {
  std::vector<PackageRecord> records;
  std::vector<CachedPackage> ready;  // Each record's, in any order.
};
[[nodiscard]] absl::StatusOr<CompletePackages> CompleteRecords(const Arguments& arguments,
                                                               std::vector<PackageRecord> records);

// Takes the lock of an environment; tells the user if that takes long, or if an interrupted change
// was undone. With `create`, the environment need not exist.
[[nodiscard]] absl::StatusOr<EnvironmentLock> LockEnvironment(const std::string& prefix,
                                                              bool create);

// Undoes or finishes an interrupted change, and says so; call it before looking at an environment.
// Waits for a change in progress.
[[nodiscard]] absl::Status SettleEnvironment(const std::string& prefix);

// Whether there is an environment of which something could be lost: not what is left of one whose
// making was interrupted.
bool HoldsEnvironment(const std::string& prefix);

// Asks on the terminal. Errors: kFailedPrecondition if there is none, and neither --yes nor --json.
[[nodiscard]] absl::StatusOr<bool> Confirm(const Arguments& arguments, const std::string& question);

// Errors: kFailedPrecondition for an environment that is marked as frozen (CEP 22).
[[nodiscard]] absl::Status CheckNotFrozen(const ChangeArguments& arguments,
                                          const std::string& prefix);

// The package caches of this user: pkgs_dirs, else those in the root prefix and in ~/.conda.
PackageCache UserPackageCache(const Configuration& configuration);

}  // namespace satchel
