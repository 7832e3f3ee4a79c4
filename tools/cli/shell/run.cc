// `satchel run`: a program in an environment. satchel becomes the program (exec), so that signals,
// the exit code and the terminal are the program's own.

#include "tools/cli/shell/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/activation_context.h"

namespace satchel {
namespace {

// As a shell says it: not found, or found and not to be run.
constexpr int kExitNotFound = 127;
constexpr int kExitNotRunnable = 126;

// Replaces this process; comes back only if that fails.
ExitCode Execute(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  const int error = errno;
  PrintError(absl::StrFormat(
      "run: %s: %s", words[0],
      error == ENOENT ? "not found in the environment or on PATH" : std::strerror(error)));
  return static_cast<ExitCode>(error == ENOENT ? kExitNotFound : kExitNotRunnable);
}

bool HasScripts(const std::vector<ShellStep>& steps) {
  for (const ShellStep& step : steps) {
    if (step.kind == ShellStep::Kind::kRun) {
      return true;
    }
  }
  return false;
}

// Most activation scripts are written for bash.
std::string ScriptShell() {
  const std::string path = LookUpEnvironment("PATH").value_or("/usr/bin:/bin");
  for (const std::string_view directory : Split(path, ':')) {
    if (std::string program = std::string(directory) + "/bash";
        access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return "/bin/sh";
}

ExitCode ExecuteAfterScripts(const std::vector<ShellStep>& steps,
                             const std::vector<std::string>& words) {
  std::vector<std::string> command = {
      ScriptShell(), "-c", RenderSteps(Shell::kPosix, steps) + "exec \"$@\"\n", "satchel-run"};
  command.insert(command.end(), words.begin(), words.end());
  return Execute(std::move(command));
}

void Apply(const std::vector<ShellStep>& steps) {
  for (const ShellStep& step : steps) {
    if (step.kind == ShellStep::Kind::kSet) {
      setenv(step.name.c_str(), step.value.c_str(), 1);
    } else if (step.kind == ShellStep::Kind::kUnset) {
      unsetenv(step.name.c_str());
    }
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunRun(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "nothing to run; give a program, as in 'satchel run -n work python --version'");
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ActivationContext context = ContextFor(Shell::kPosix);
  context.change_prompt = false;
  ASSIGN_OR_RETURN(const std::vector<ShellStep> steps,
                   ActivateSteps(context, prefix, /*stack=*/false));
  if (!arguments.cwd.empty() && chdir(ExpandHome(arguments.cwd).c_str()) != 0) {
    return absl::ErrnoToStatus(errno, "--cwd " + arguments.cwd);
  }
  if (HasScripts(steps)) {
    return ExecuteAfterScripts(steps, arguments.positional);
  }
  Apply(steps);
  return Execute(arguments.positional);
}

}  // namespace satchel
