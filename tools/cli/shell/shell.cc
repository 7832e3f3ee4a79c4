// `satchel shell`: a new interactive shell with an environment active in it. The shell reads the
// user's own start-up files first, then ours, which lies in a directory that it removes itself.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_format.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/scratch_directory.h"
#include "tools/cli/shell/activation_context.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

absl::StatusOr<std::string> MakeDirectory() {
  std::string name = TemporaryPlace() + "/satchel-shell-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, name);
  }
  return name;
}

// A POSIX shell's line that sources a file if it is there. `file` is a word of the shell.
std::string SourceIfThere(const std::string& file) {
  return "[ ! -f " + file + " ] || . " + file + "\n";
}

std::string Quoted(const std::string& text) {
  return QuoteFor(Shell::kPosix, text);
}

// The variable as it was before satchel used it for itself.
std::string Restore(const std::string& name) {
  const std::optional<std::string> value = LookUpEnvironment(name);
  return value.has_value() ? name + "=" + Quoted(*value) + "\n" : "unset " + name + "\n";
}

// What the new shell evaluates at last.
std::string StartScript(Shell shell, const std::string& prefix) {
  return HookScript(shell, ProgramPath()) + "satchel activate " + QuoteFor(shell, prefix) + "\n";
}

struct ShellCommand {
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> variables;
};

absl::StatusOr<ShellCommand> CommandFor(Shell shell, const std::string& program,
                                        const std::string& prefix) {
  const std::string start = StartScript(shell, prefix);
  if (shell == Shell::kFish) {
    return ShellCommand{{program, "-i", "-C", start}, {}};
  }
  if (shell == Shell::kPowershell) {
    return ShellCommand{{program, "-NoExit", "-Command", start}, {}};
  }
  if (shell == Shell::kNu) {
    return ShellCommand{{program, "-e", start}, {}};
  }
  if (shell == Shell::kCsh || shell == Shell::kCmd) {
    return absl::UnimplementedError(absl::StrFormat(
        "shell: %s takes no commands to begin with; start it, and type what 'satchel hook --help' "
        "says, then 'satchel activate'",
        program));
  }
  ASSIGN_OR_RETURN(const std::string directory, MakeDirectory());
  const std::string clean = "rm -rf " + QuoteFor(shell, directory) + "\n";
  const std::string file = directory + "/start";
  if (shell == Shell::kBash) {
    RETURN_IF_ERROR(WriteFile(file, clean + SourceIfThere("\"$HOME/.bashrc\"") + start));
    return ShellCommand{{program, "--rcfile", file, "-i"}, {}};
  }
  if (shell == Shell::kZsh) {
    const std::optional<std::string> zdotdir = LookUpEnvironment("ZDOTDIR");
    const std::string own = zdotdir.has_value() ? Quoted(*zdotdir) : "\"$HOME\"";
    RETURN_IF_ERROR(WriteFile(directory + "/.zshenv", SourceIfThere(own + "/.zshenv")));
    RETURN_IF_ERROR(WriteFile(directory + "/.zshrc",
                              clean + Restore("ZDOTDIR") + SourceIfThere(own + "/.zshrc") + start));
    return ShellCommand{{program, "-i"}, {{"ZDOTDIR", directory}}};
  }
  if (shell == Shell::kXonsh) {
    RETURN_IF_ERROR(WriteFile(file, "import shutil as _shutil\n_shutil.rmtree(" +
                                        QuoteFor(shell, directory) + ")\n" + start));
    return ShellCommand{{program, "-i", "--rc", HomeDirectory() + "/.xonshrc", file}, {}};
  }
  const std::string own = LookUpEnvironment("ENV").value_or("");
  RETURN_IF_ERROR(WriteFile(file, clean + Restore("ENV") +
                                      (own.empty() ? "" : SourceIfThere(Quoted(ExpandPath(own)))) +
                                      start));
  return ShellCommand{{program, "-i"}, {{"ENV", file}}};
}

std::string ShellProgram(const ShellArguments& arguments) {
  if (arguments.shell == "posix") {
    return "/bin/sh";
  }
  if (!arguments.shell.empty()) {
    return arguments.shell == "powershell" ? "pwsh" : arguments.shell;
  }
  const std::string program = LookUpEnvironment("SHELL").value_or("");
  return program.empty() ? "/bin/sh" : program;
}

}  // namespace

absl::StatusOr<ExitCode> RunShell(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, PrefixToActivate(arguments));
  const std::string program = ShellProgram(arguments);
  ASSIGN_OR_RETURN(const ShellCommand command,
                   CommandFor(ShellOfProgram(program), program, prefix));
  for (const auto& [name, value] : command.variables) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> argv;
  for (const std::string& word : command.words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  return absl::ErrnoToStatus(errno, absl::StrFormat("shell %s", program));
}

}  // namespace satchel
