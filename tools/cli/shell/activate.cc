// Activation: scripts for a shell to evaluate.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/shell.h"
#include "frontend/files.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/activation_context.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

// Only the shell itself can change its variables.
absl::StatusOr<Shell> ShellToChange(const ShellArguments& arguments, const char* command) {
  const std::optional<Shell> shell = ShellOf(arguments.shell);
  if (!shell.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "'satchel %s' needs satchel's shell function: run 'satchel init' once and open a new "
        "shell, or type: eval \"$(satchel hook bash)\" (or zsh, posix; 'satchel hook fish | "
        "source')",
        command));
  }
  return *shell;
}

absl::StatusOr<ExitCode> PrintSteps(Shell shell, absl::StatusOr<std::vector<ShellStep>> steps) {
  RETURN_IF_ERROR(steps.status());
  RETURN_IF_ERROR(PrintExactly(RenderSteps(shell, *steps)));
  return kExitOk;
}

// auto_stack: N stacks on the first N levels.
bool StacksByItself() {
  const auto number = [](const std::string& text) { return std::atoi(text.c_str()); };
  const absl::StatusOr<Configuration> configuration = LoadSettings({});
  const int levels = configuration.ok() ? number(configuration->Text("auto_stack")) : 0;
  return levels > 0 && number(LookUpEnvironment("CONDA_SHLVL").value_or("0")) <= levels;
}

// The shell that called, as in `eval "$(satchel hook)"`; none if another program did.
std::optional<Shell> CallingShell() {
  const auto name = ReadFile(absl::StrFormat("/proc/%d/comm", getppid()));
  std::string_view word = StripSpace(name.ok() ? std::string_view(*name) : std::string_view());
  if (word.starts_with("-")) {  // A login shell.
    word.remove_prefix(1);
  }
  return ShellOf(word);
}

}  // namespace

std::string ProgramPath() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "satchel" : path.string();
}

ActivationContext ContextFor(Shell shell) {
  ActivationContext context;
  context.paths = UserEnvironments();
  context.lookup = &LookUpEnvironment;
  context.script_extension = ScriptExtension(shell);
  // What is wrong with the configuration is told by the commands that need it.
  const absl::StatusOr<Configuration> configuration = LoadSettings({});
  if (configuration.ok()) {
    context.change_prompt = configuration->Bool("changeps1");
    context.prompt = configuration->Text("env_prompt");
  }
  return context;
}

absl::StatusOr<std::string> PrefixToActivate(const Arguments& arguments) {
  Arguments choice = arguments;
  if (!arguments.positional.empty()) {
    const std::string& word = arguments.positional[0];
    const bool is_path = word.find('/') != std::string::npos || word == "." || word == "~";
    (is_path ? choice.prefix : choice.name) = word;
  } else if (arguments.name.empty() && arguments.prefix.empty()) {
    choice.name = "base";
  }
  if (arguments.positional.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("one environment at a time, not '%s' too", arguments.positional[1]));
  }
  // As micromamba does: its programs may be there.
  if (const std::string root = UserEnvironments().root_prefix;
      IsDirectory(root) && IsBaseToBeMade(choice)) {
    return root;
  }
  return ExistingPrefix(choice);
}

absl::StatusOr<ExitCode> RunHook(const Arguments& arguments) {
  std::vector<std::string> words = arguments.positional;
  std::string name = arguments.shell;
  if (name.empty() && !words.empty()) {
    name = words[0];
    words.erase(words.begin());
  }
  const std::optional<Shell> shell = name.empty() ? CallingShell() : ShellOf(name);
  if (!shell.has_value()) {
    return absl::InvalidArgumentError(
        "for which shell? 'satchel hook bash' (or zsh, fish, powershell, csh, xonsh, nu, cmd.exe, "
        "posix)");
  }
  if (shell == Shell::kCsh && !words.empty() && words[0] == "satchel") {  // From its alias.
    words.erase(words.begin());
    RETURN_IF_ERROR(PrintExactly(CshScript(ProgramPath(), words)));
    return kExitOk;
  }
  if (!words.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("hook: one shell at a time, not '%s' too", words[0]));
  }
  RETURN_IF_ERROR(PrintExactly(HookScript(*shell, ProgramPath())));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunActivate(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Shell shell, ShellToChange(arguments, "activate"));
  ASSIGN_OR_RETURN(const std::string prefix, PrefixToActivate(arguments));
  const bool stack = arguments.stack || StacksByItself();
  return PrintSteps(shell, ActivateSteps(ContextFor(shell), prefix, stack));
}

absl::StatusOr<ExitCode> RunDeactivate(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Shell shell, ShellToChange(arguments, "deactivate"));
  return PrintSteps(shell, DeactivateSteps(ContextFor(shell)));
}

absl::StatusOr<ExitCode> RunReactivate(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Shell shell, ShellToChange(arguments, "reactivate"));
  return PrintSteps(shell, ReactivateSteps(ContextFor(shell)));
}

}  // namespace satchel
