// The commands that make environments active.

#include "frontend/environment/shell.h"
#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

Option ShellOption(std::string_view help) {
  return {"-s,--shell", "SHELL", help, &Arguments::shell, kShellNames};
}

Command Activate() {
  Command command;
  command.name = "activate";
  command.positional = "[ENVIRONMENT]";
  command.summary = "Activate an environment in this shell.";
  command.details =
      "ENVIRONMENT is a name or a path (with a slash); without one it is base. It replaces the "
      "active\n"
      "environment, which 'satchel deactivate' restores. Needs the shell function of 'satchel "
      "init'.";
  command.examples =
      "satchel activate work\n"
      "satchel activate ./envs/here\n"
      "satchel activate --stack tools";
  command.groups = {
      {"Options",
       {{"--stack", "", "keep the active environment on PATH, after this one", &Arguments::stack},
        ShellOption("print the script for this shell (used by the shell function)")}},
      EnvironmentOptions(),
      GeneralOptions()};
  command.run = &RunActivate;
  return command;
}

Command Deactivate() {
  Command command;
  command.name = "deactivate";
  command.summary = "Deactivate the active environment.";
  command.examples = "satchel deactivate";
  command.groups = {{"Options", {ShellOption("print the script for this shell")}},
                    GeneralOptions()};
  command.run = &RunDeactivate;
  return command;
}

Command Reactivate() {
  Command command;
  command.name = "reactivate";
  command.summary = "Reactivate the active environment after a change.";
  command.details = "The shell function does this after every install, update or remove.";
  command.examples = "satchel reactivate";
  command.groups = {{"Options", {ShellOption("print the script for this shell")}},
                    GeneralOptions()};
  command.run = &RunReactivate;
  return command;
}

Command Hook() {
  Command command;
  command.name = "hook";
  command.positional = "[SHELL]";
  command.passes_on_words = true;
  command.summary = "Print the script that sets up a shell for 'activate'.";
  command.details =
      "For one shell, by default the one that calls; 'satchel init' sets up all new ones.";
  command.examples =
      "eval \"$(satchel hook bash)\"\n"
      "eval \"$(satchel hook zsh)\"\n"
      "satchel hook fish | source\n"
      "eval \"`satchel hook csh`\"\n"
      "execx($(satchel hook xonsh))\n"
      "satchel hook nu | save -f ~/.config/nushell/autoload/satchel.nu\n"
      "(& satchel hook powershell) | Out-String | Invoke-Expression";
  command.groups = {{"Options", {ShellOption("the same as SHELL")}}, GeneralOptions()};
  command.positional_values = kShellNames;
  command.run = &RunHook;
  return command;
}

Command Init() {
  Command command;
  command.name = "init";
  command.positional = "[SHELL...]";
  command.summary = "Set up shells for 'activate'.";
  command.details =
      "Adds a marked block to ~/.bashrc, ~/.zshrc, fish's config.fish, PowerShell's profile.ps1, "
      "~/.tcshrc,\n"
      "~/.xonshrc, nu's config.nu or ~/.profile, for the shells named, or for yours ($SHELL).";
  command.examples =
      "satchel init\n"
      "satchel init bash zsh --dry-run\n"
      "satchel init --reverse";
  command.groups = {
      {"Options",
       {ShellOption("the same as SHELL"),
        {"--reverse", "", "remove the block again", &Arguments::reverse},
        {"--system", "", "for all users, in /etc/profile.d and the like", &Arguments::system},
        {"-d,--dry-run", "", "only show what would be changed", &Arguments::dry_run},
        {"--json", "", "print JSON", &Arguments::json}}},
      GeneralOptions()};
  command.positional_values = kShellNames;
  command.run = &RunInit;
  return command;
}

Command Run() {
  Command command;
  command.name = "run";
  command.positional = "PROGRAM [WORD...]";
  command.summary = "Run a program in an environment.";
  command.details =
      "Activates the environment in full, with its scripts and variables; then satchel becomes "
      "the\n"
      "program, with its own input, output, signals and exit code (127 if it is not found).\n"
      "Passes everything after PROGRAM on to it.";
  command.examples =
      "satchel run -n work python script.py --help\n"
      "satchel run -p ./envs/here --cwd /srv make -j 4";
  command.groups = {
      EnvironmentOptions(),
      {"Options",
       {{"--cwd", "DIR", "the directory to run it in", &Arguments::cwd, "", kDirectory},
        {"-e,--env", "NAME[=VALUE]", "set a variable for it; may be repeated",
         &Arguments::variables},
        {"--clean-env", "", "with no other variables than a login and the environment have",
         &Arguments::clean_env},
        {"-d,--detach", "", "leave it running in the background, and print its process ID",
         &Arguments::detach},
        {"--no-capture-output,--live-stream", "",
         "accepted for compatibility with conda: output is never captured",
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
  command.summary = "Start a shell with an environment activated.";
  command.details = "Leave it with 'exit'. Works without 'satchel init'.";
  command.examples =
      "satchel shell work\n"
      "satchel shell work --shell fish";
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
