#include "frontend/link/remove_environment.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/link_script.h"

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
  // Beside it, on the same filesystem. Where that may not be written, or the environment is a
  // mount, the directory is emptied in place.
  std::string doomed = prefix + ".removed-XXXXXX";
  if (mkdtemp(doomed.data()) == nullptr || std::rename(prefix.c_str(), doomed.c_str()) != 0) {
    std::error_code ignored;
    std::filesystem::remove(doomed, ignored);
    doomed = prefix;
  }
  std::error_code error;
  std::filesystem::remove_all(doomed, error);
  return error ? absl::ErrnoToStatus(error.value(), doomed) : absl::OkStatus();
}

}  // namespace satchel
