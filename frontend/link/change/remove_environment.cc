#include "frontend/link/change/remove_environment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/link/paths/remove_tree.h"
#include "frontend/link/script/link_script.h"

namespace satchel {

namespace {

// Of all removals in one directory.
std::string RemovalHome(const std::string& prefix) {
  return std::string(DirectoryOf(prefix)) + "/.satchel-removed";
}

}  // namespace

void FinishRemovals(const std::string& prefix) {
  // A directory of ours, not a link to one.
  struct stat status = {};
  const std::string home = RemovalHome(prefix);
  if (lstat(home.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid()) {
    RemoveTree(AT_FDCWD, home).IgnoreError();
  }
}

absl::Status RemoveEnvironment(const EnvironmentLock& lock,
                               const std::vector<PackageRecord>& packages, bool run_scripts,
                               const std::atomic<bool>* cancel,
                               std::vector<std::string>* warnings) {
  const std::string& prefix = lock.prefix();
  for (const PackageRecord& package : packages) {
    if (!run_scripts) {
      break;
    }
    LinkScript script;
    script.prefix = prefix;
    script.package = &package;
    script.action = "pre-unlink";
    const absl::Status ran = RunLinkScript(script, cancel);
    if (absl::IsCancelled(ran)) {
      return ran;
    }
    if (!ran.ok()) {
      warnings->emplace_back(ToStd(ran.message()));
    }
  }
  // What was locked, and asked about, and nothing that has taken its name since.
  const FoundFile locked = FindFile(lock.open_environment().root, ".");
  const FoundFile named = FindFile(AT_FDCWD, prefix);
  for (const FoundFile& found : {locked, named}) {
    if (found.error != 0) {
      return absl::ErrnoToStatus(found.error, prefix);
    }
  }
  if (named.identity.inode != locked.identity.inode ||
      named.identity.device != locked.identity.device) {
    return absl::FailedPreconditionError(prefix + " is another directory now; nothing was removed");
  }
  // Beside it, on the same filesystem. Where that may not be written, or the environment is a
  // mount, the directory is emptied in place.
  const std::string home = RemovalHome(prefix);
  std::string doomed = home + "/" + std::to_string(locked.identity.inode);
  if ((mkdir(home.c_str(), 0700) != 0 && errno != EEXIST) ||
      std::rename(prefix.c_str(), doomed.c_str()) != 0) {
    rmdir(home.c_str());
    doomed = prefix;
  }
  const absl::Status removed = RemoveTree(AT_FDCWD, doomed);
  if (removed.ok()) {
    rmdir(home.c_str());  // Unless another removal is under way there.
  }
  if (removed.ok() || absl::IsNotFound(removed)) {  // Another one was at it too.
    return absl::OkStatus();
  }
  const std::string message = doomed + ": " + std::string(ToStd(removed.message()));
  if (doomed == prefix) {
    return absl::Status(removed.code(), message);
  }
  warnings->push_back(message + "; the next change beside it removes the rest");
  return absl::OkStatus();
}

}  // namespace satchel
