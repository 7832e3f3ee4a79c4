#include "frontend/link/script/bytecode.h"

#include <unistd.h>

#include <thread>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/link/script/child_process.h"

namespace satchel {

absl::Status CompileBytecode(const std::string& prefix, const PythonLayout& python,
                             const std::vector<std::string>& sources,
                             const std::atomic<bool>* cancel) {
  if (sources.empty()) {
    return absl::OkStatus();
  }
  const std::string executable = prefix + "/" + python.executable;
  if (access(executable.c_str(), X_OK) != 0) {
    return absl::UnavailableError(executable + " cannot be run");
  }
  std::vector<std::string> command = {executable, "-Wi", "-m", "compileall", "-q", "-l", "-i", "-"};
  // Processes cost more than they give for a handful of files.
  constexpr std::size_t kFewFiles = 64;
  const bool has_workers = python.major > 3 || (python.major == 3 && python.minor >= 5);
  if (has_workers && sources.size() > kFewFiles && std::thread::hardware_concurrency() > 1) {
    command.insert(command.end(), {"-j", "0"});
  }
  ChildOptions options;
  options.cancel = cancel;
  options.directory = prefix;
  options.variables = {{"PYTHONDONTWRITEBYTECODE", ""}, {"PYTHONPATH", ""}, {"PYTHONHOME", ""}};
  for (const std::string& source : sources) {
    options.input += prefix + "/" + source + "\n";
  }
  const absl::StatusOr<ChildResult> result = RunChild(command, options);
  if (absl::IsCancelled(result.status())) {
    return result.status();
  }
  if (!result.ok()) {
    return absl::UnavailableError(result.status().message());
  }
  // 1: some file did not compile.
  if (result->exit_code > 1) {
    return absl::UnavailableError(
        absl::StrFormat("%s -m compileall ended with code %d", executable, result->exit_code));
  }
  return absl::OkStatus();
}

}  // namespace satchel
