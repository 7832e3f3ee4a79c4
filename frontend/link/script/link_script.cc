#include "frontend/link/script/link_script.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/journal/journal.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/script/child_process.h"

namespace satchel {

namespace {

// A pre-link script runs before its package is there: from the package cache.
std::string HomeOf(const LinkScript& script) {
  return script.action == "pre-link" ? script.source_directory : script.prefix;
}

std::string NameOf(const LinkScript& script) {
  return "." + script.package->name + "-" + script.action + ".sh";
}

}  // namespace

absl::StatusOr<bool> HasLinkScript(const LinkScript& script) {
  const FileDescriptor home(open(HomeOf(script).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const FileDescriptor bin(home.ok() ? OpenBeneath(home.get(), "bin") : -1);
  if (bin.ok() && faccessat(bin.get(), NameOf(script).c_str(), F_OK, 0) == 0) {
    return true;
  }
  // EXDEV: bin leads out of the environment, where nothing is run.
  return MeansNothingThere(errno) || errno == EXDEV
             ? absl::StatusOr<bool>(false)
             : absl::ErrnoToStatus(errno, HomeOf(script) + "/bin/" + NameOf(script));
}

absl::Status RunLinkScript(const LinkScript& script, const std::atomic<bool>* cancel) {
  const PackageRecord& package = *script.package;
  ASSIGN_OR_RETURN(const bool has_script, HasLinkScript(script));
  if (!has_script) {
    return absl::OkStatus();
  }
  const std::string bin = HomeOf(script) + "/bin";
  const std::string path = bin + "/" + NameOf(script);
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

std::string ReadMessages(int root) {
  constexpr std::size_t kMaxShown = 1 << 20;
  const absl::StatusOr<std::string> text = ReadFileIn(root, kMessagesFile);
  return text.ok() ? std::string(StripSpace(std::string_view(*text).substr(0, kMaxShown)))
                   : std::string();
}

}  // namespace satchel
