#include "frontend/link/link_script.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/child_process.h"

namespace satchel {

absl::Status RunLinkScript(const LinkScript& script, const std::atomic<bool>* cancel) {
  const PackageRecord& package = *script.package;
  // A pre-link script runs before its package is there: from the package cache.
  const std::string home = script.action == "pre-link" ? script.source_directory : script.prefix;
  const std::string bin = home + "/bin";
  const std::string path = bin + "/." + package.name + "-" + script.action + ".sh";
  if (access(path.c_str(), F_OK) != 0) {
    return absl::OkStatus();
  }
  const char* const old_path = std::getenv("PATH");
  ChildOptions options;
  options.cancel = cancel;
  options.directory = bin;
  options.variables = {
      {"ROOT_PREFIX", script.root_prefix.empty() ? script.prefix : script.root_prefix},
      {"PREFIX", script.prefix},
      {"CONDA_PREFIX", script.prefix},
      {"SOURCE_DIR", script.source_directory},
      {"PKG_NAME", package.name},
      {"PKG_VERSION", package.version},
      {"PKG_BUILDNUM", absl::StrFormat("%d", package.build_number)},
      {"PATH", script.prefix + "/bin:" + (old_path == nullptr ? "/usr/bin:/bin" : old_path)}};
  const bool has_bash = access("/bin/bash", X_OK) == 0;
  ASSIGN_OR_RETURN(const ChildResult result,
                   RunChild({has_bash ? "/bin/bash" : "/bin/sh", path}, options));
  if (result.exit_code == 0) {
    return absl::OkStatus();
  }
  return absl::AbortedError(absl::StrFormat(
      "the %s script of %s failed with exit code %d%s%s", script.action, package.name,
      result.exit_code, result.output.empty() ? "" : ": ", std::string(StripSpace(result.output))));
}

std::string TakeMessages(const std::string& prefix) {
  const std::string path = prefix + "/.messages.txt";
  const absl::StatusOr<std::string> text = ReadFile(path);
  unlink(path.c_str());
  return text.ok() ? std::string(StripSpace(*text)) : std::string();
}

}  // namespace satchel
