// The commands that make environments active.

#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

constexpr char kShells[] = "bash|zsh|fish|powershell|posix";

Option ShellOption(std::string_view help) {
  return {"--shell", "SHELL", help, &Arguments::shell, kShells};
}

Command Activate() {
  Command command;
  command.name = "activate";
  command.positional = "[ENVIRONMENT]";
  command.summary = "Make an environment active in this shell.";
  command.details =
      "ENVIRONMENT is a name or a path (with a slash); without one it is base. What is active is "
      "replaced\n"
      "and comes back with 'satchel deactivate'. Needs the shell function of 'satchel init'.";
  command.examples =
      "satchel activate work\nsatchel activate ./envs/here\nsatchel activate --stack tools";
  command.groups = {
      {"Options",
       {{"--stack", "", "leave what is active on PATH, behind this environment", &Arguments::stack},
        ShellOption("print the script for this shell (used by the shell function)")}},
      EnvironmentOptions(),
      GeneralOptions()};
  command.run = &RunActivate;
  return command;
}

Command Deactivate() {
  Command command;
  command.name = "deactivate";
  command.summary = "Go back to what was active before.";
  command.examples = "satchel deactivate";
  command.groups = {{"Options", {ShellOption("print the script for this shell")}},
                    GeneralOptions()};
  command.run = &RunDeactivate;
  return command;
}

Command Reactivate() {
  Command command;
  command.name = "reactivate";
  command.summary = "Run the active environment's scripts again, after it has changed.";
  command.details = "The shell function does this by itself after an install, update or remove.";
  command.examples = "satchel reactivate";
  command.groups = {{"Options", {ShellOption("print the script for this shell")}},
                    GeneralOptions()};
  command.run = &RunReactivate;
  return command;
}

Command Hook() {
  Command command;
  command.name = "hook";
  command.positional = "SHELL";
  command.summary = "Print the script that lets a shell activate environments.";
  command.details = "For this shell alone; 'satchel init' does it for all new ones.";
  command.examples =
      "eval \"$(satchel hook bash)\"\n"
      "eval \"$(satchel hook zsh)\"\n"
      "satchel hook fish | source\n"
      "(& satchel hook powershell) | Out-String | Invoke-Expression";
  command.groups = {GeneralOptions()};
  command.positional_values = kShells;
  command.run = &RunHook;
  return command;
}

Command Init() {
  Command command;
  command.name = "init";
  command.positional = "[SHELL...]";
  command.summary = "Let new shells activate environments: edit their start-up files.";
  command.details =
      "A block between two marks is put into ~/.bashrc, ~/.zshrc, fish's config.fish, "
      "PowerShell's\n"
      "profile.ps1 or ~/.profile, for the shells named, else for yours ($SHELL).";
  command.examples = "satchel init\nsatchel init bash zsh --dry-run\nsatchel init --reverse";
  command.groups = {{"Options",
                     {{"--reverse", "", "take the block out again", &Arguments::reverse},
                      {"-d,--dry-run", "", "only say what would be changed", &Arguments::dry_run},
                      {"--json", "", "print JSON", &Arguments::json}}},
                    GeneralOptions()};
  command.positional_values = kShells;
  command.run = &RunInit;
  return command;
}

Command Run() {
  Command command;
  command.name = "run";
  command.positional = "PROGRAM [WORD...]";
  command.summary = "Run a program in an environment.";
  command.details =
      "The environment is activated in full, with its scripts and variables; then satchel becomes "
      "the\n"
      "program: its input, output, signals and exit code are its own (127 if it is not found).\n"
      "Everything from PROGRAM on is left to it.";
  command.examples =
      "satchel run -n work python script.py --help\n"
      "satchel run -p ./envs/here --cwd /srv make -j 4";
  command.groups = {
      EnvironmentOptions(),
      {"Options",
       {{"--cwd", "DIR", "the directory to run it in", &Arguments::cwd, "", kDirectory},
        {"--no-capture-output,--live-stream", "", "accepted as by conda: output is never captured",
         &Arguments::no_capture_output}}},
      GeneralOptions()};
  command.passes_on_words = true;
  command.run = &RunRun;
  return command;
}

Command ShellCommand() {
  Command command;
  command.name = "shell";
  command.positional = "[ENVIRONMENT]";
  command.summary = "Start a shell in which an environment is active.";
  command.details = "'exit' leaves it. Needs no 'satchel init'.";
  command.examples = "satchel shell work\nsatchel shell work --shell fish";
  command.groups = {{"Options", {ShellOption("which shell (yours, $SHELL, by default)")}},
                    EnvironmentOptions(),
                    GeneralOptions()};
  command.run = &RunShell;
  return command;
}

}  // namespace

std::vector<Command> ShellCommands() {
  return {Activate(), Deactivate(), Reactivate(), Run(), ShellCommand(), Hook(), Init()};
}

}  // namespace satchel
