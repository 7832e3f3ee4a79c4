// `satchel run`: a program in an environment. satchel becomes the program (exec), so that signals,
// the exit code and the terminal are the program's own.

#include "tools/cli/shell/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/file_descriptor.h"
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

bool IsVariableName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// -e NAME=VALUE, or NAME with the value that it has here.
absl::StatusOr<std::vector<ShellStep>> VariablesOf(const ShellArguments& arguments) {
  std::vector<ShellStep> steps;
  for (const std::string& word : arguments.variables) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!IsVariableName(name)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--env %s: not a variable; write NAME=VALUE, or NAME", word));
    }
    const std::string value = equals == std::string::npos ? LookUpEnvironment(name).value_or("")
                                                          : word.substr(equals + 1);
    steps.push_back({ShellStep::Kind::kSet, name, value});
  }
  return steps;
}

// What a login begins with; the rest is the environment's.
absl::Status ClearVariables() {
  std::vector<std::pair<const char*, std::string>> kept;
  for (const char* name : {"HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TMPDIR"}) {
    if (const std::optional<std::string> value = LookUpEnvironment(name); value.has_value()) {
      kept.emplace_back(name, *value);
    }
  }
  kept.emplace_back("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  if (clearenv() != 0) {
    return absl::ErrnoToStatus(errno, "--clean-env");
  }
  for (const auto& [name, value] : kept) {
    setenv(name, value.c_str(), 1);
  }
  return absl::OkStatus();
}

// Goes on in a child that no terminal can stop, and that has none; 0 in the child.
absl::StatusOr<pid_t> Detach() {
  const pid_t child = fork();
  if (child < 0) {
    return absl::ErrnoToStatus(errno, "--detach");
  }
  if (child == 0) {
    setsid();
    const int nothing = open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      dup2(nothing, fd);
    }
  }
  return child;
}

// micromamba's --attach "stdin stdout": the others lead nowhere.
absl::Status Attach(const std::vector<std::string>& streams) {
  const std::string named = absl::StrJoin(streams, " ");
  constexpr const char* kStreams[] = {"stdin", "stdout", "stderr"};  // By descriptor.
  for (int fd = STDIN_FILENO; !streams.empty() && fd <= STDERR_FILENO; ++fd) {
    if (named.find(kStreams[fd]) != std::string::npos) {
      continue;
    }
    const FileDescriptor nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nothing.ok() || dup2(nothing.get(), fd) < 0) {
      return absl::ErrnoToStatus(errno, "--attach");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> RunRun(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "nothing to run; give a program, as in 'satchel run -n work python --version'");
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const std::vector<ShellStep> variables, VariablesOf(arguments));
  ActivationContext context = ContextFor(Shell::kPosix);
  context.change_prompt = false;
  if (arguments.clean_env) {
    RETURN_IF_ERROR(ClearVariables());
  }
  ASSIGN_OR_RETURN(std::vector<ShellStep> steps, ActivateSteps(context, prefix, /*stack=*/false));
  std::ranges::copy(variables, std::back_inserter(steps));
  if (!arguments.cwd.empty() && chdir(ExpandHome(arguments.cwd).c_str()) != 0) {
    return absl::ErrnoToStatus(errno, "--cwd " + arguments.cwd);
  }
  RETURN_IF_ERROR(Attach(arguments.attach));
  if (arguments.detach) {
    ASSIGN_OR_RETURN(const pid_t child, Detach());
    if (child > 0) {
      RETURN_IF_ERROR(Print(absl::StrFormat("%d\n", child)));
      return kExitOk;
    }
  }
  if (HasScripts(steps)) {
    return ExecuteAfterScripts(steps, arguments.positional);
  }
  Apply(steps);
  return Execute(arguments.positional);
}

}  // namespace satchel
