#include "frontend/link/remove_environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/link_script.h"
#include "frontend/link/remove_tree.h"
#include "frontend/link/undo.h"

namespace satchel {

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
  if (named.identity.inode != locked.identity.inode ||
      named.identity.device != locked.identity.device) {
    return absl::FailedPreconditionError(prefix + " is another directory now; nothing was removed");
  }
  // Beside it, on the same filesystem. Where that may not be written, or the environment is a
  // mount, the directory is emptied in place.
  std::string doomed = prefix + ".removed-XXXXXX";
  if (mkdtemp(doomed.data()) == nullptr) {
    doomed = prefix;
  } else if (std::rename(prefix.c_str(), doomed.c_str()) != 0) {
    rmdir(doomed.c_str());
    doomed = prefix;
  }
  const absl::Status removed = RemoveTree(AT_FDCWD, doomed);
  return removed.ok()
             ? removed
             : absl::Status(removed.code(), doomed + ": " + std::string(ToStd(removed.message())));
}

}  // namespace satchel
