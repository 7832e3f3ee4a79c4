#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/export/plan_json.h"
#include "frontend/link/environment_change.h"
#include "frontend/link/environment_lock.h"
#include "frontend/link/package_cache.h"
#include "solver/solve.h"
#include "tools/cli/arguments.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/file_extras.h"

namespace satchel {

// A change of an environment, with all that is shown and recorded of it.
struct PlannedChange {
  EnvironmentChange change;
  Plan plan;  // To show; its link and unlink are replaced by those of `change`.
  AnswerContext context;
  bool solved = true;  // Not an explicit list: how the plan was found is of interest.
  // What the user asks for now and once asked for, by package name.
  std::map<std::string, std::string> requested;
  std::string verb = "update";       // Of the history: what the specs do.
  std::vector<std::string> specs;    // For the history.
  std::vector<CachedPackage> ready;  // Packages of the change that are in the cache already.
  FileExtras extras;                 // What files ask for beyond packages.
  std::string copied_from;           // An environment whose files of no package come too.
  std::string question;              // Before "Proceed?"; may be empty.
  std::string done;                  // What to say at the end; may be empty.
};

// Shows the change, asks, fetches, carries out and tells. Errors: of all of these; a change that
// failed has left the environment as it was, but for `extras` and `copied_from`, which come last.
[[nodiscard]] absl::StatusOr<ExitCode> CarryOut(const Arguments& arguments,
                                                const EnvironmentLock& lock, PlannedChange planned);

// Packages known by their URLs only, with all that their files say of them, in topological order.
struct CompletePackages {
  std::vector<PackageRecord> records;
  std::vector<CachedPackage> ready;  // Each record's, in any order.
};
[[nodiscard]] absl::StatusOr<CompletePackages> CompleteRecords(const Arguments& arguments,
                                                               std::vector<PackageRecord> records);

// Takes the lock of an environment, telling the user if that takes long, or that an interrupted
// change was undone. `create`: it need not be there.
[[nodiscard]] absl::StatusOr<EnvironmentLock> LockEnvironment(const std::string& prefix,
                                                              bool create);

// Undoes or finishes what an interrupted change left, and says so: before an environment is looked
// at. Waits for a change that is under way.
[[nodiscard]] absl::Status SettleEnvironment(const std::string& prefix);

// Whether there is an environment of which something could be lost: not what is left of one whose
// making was interrupted.
bool HoldsEnvironment(const std::string& prefix);

// Asks on the terminal. Errors: kFailedPrecondition if there is none, and neither --yes nor --json.
[[nodiscard]] absl::StatusOr<bool> Confirm(const Arguments& arguments, const std::string& question);

// Errors: kFailedPrecondition for an environment that is marked as frozen (CEP 22).
[[nodiscard]] absl::Status CheckNotFrozen(const Arguments& arguments, const std::string& prefix);

// The package caches of this user: pkgs_dirs, else those in the root prefix and in ~/.conda.
PackageCache UserPackageCache(const Configuration& configuration);

}  // namespace satchel
