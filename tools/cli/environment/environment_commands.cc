// The commands about environments as they are.

#include <utility>

#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

Option JsonOption() {
  return {"--json", "", "print JSON", &Arguments::json};
}

Command List() {
  Command command;
  command.name = "list";
  command.positional = "[REGEX]";
  command.summary = "List the packages of an environment.";
  command.details =
      "Lists only packages whose names match REGEX, if one is given. Packages installed by pip "
      "have the "
      "channel pypi.";
  command.examples =
      "satchel list -n work\nsatchel list '^py'\nsatchel list --explicit --sha256 > lock.txt";
  command.groups = {
      {"Options",
       {{"-f,--full-name", "", "REGEX must match the whole name", &Arguments::full_name},
        {"--explicit", "", "print an @EXPLICIT file of the packages' URLs",
         &Arguments::explicit_file},
        {"--md5", "", "with --explicit: with MD5 sums", &Arguments::md5},
        {"--sha256", "", "with --explicit: with SHA-256 sums", &Arguments::sha256},
        {"-e,--export", "", "print NAME=VERSION=BUILD lines", &Arguments::export_list},
        {"-c,--canonical", "", "print CHANNEL/SUBDIR::NAME-VERSION-BUILD lines",
         &Arguments::canonical},
        {"--fields", "NAMES", "the columns, as in 'name,version,sha256,url'", &Arguments::fields},
        {"--size", "", "with the sizes of the packages' archives", &Arguments::sizes},
        {"--reverse", "", "from Z to A", &Arguments::reverse_order},
        {"--show-channel-urls", "", "channels as URLs", &Arguments::show_channel_urls},
        {"-r,--revisions", "", "list the revisions of the environment", &Arguments::revisions},
        {"--no-pip", "", "without packages installed by pip", &Arguments::no_pip},
        JsonOption()}},
      EnvironmentOptions(),
      GeneralOptions()};
  command.run = &RunList;
  return command;
}

Command History() {
  Command command;
  command.name = "history";
  command.summary = "Show the commands that made an environment.";
  command.examples = "satchel history -n work";
  command.groups = {{"Options", {JsonOption()}}, EnvironmentOptions(), GeneralOptions()};
  command.run = &RunHistory;
  return command;
}

Command Export(std::string_view name) {
  Command command;
  command.name = name;
  command.summary = "Export an environment, to create it again elsewhere.";
  command.examples =
      "satchel export -n work > environment.yml\n"
      "satchel export --from-history --no-builds\n"
      "satchel export --format conda-lock -f conda-lock.yml";
  command.groups = {
      {"Options",
       {{"--format", "FORMAT", "default: from the name of --file, else environment-yaml",
         &Arguments::format, "environment-yaml|yaml|environment-json|json|explicit|conda-lock"},
        {"-f,--file", "FILE", "where to write it instead of standard output", &Arguments::files, "",
         kFile},
        {"--explicit", "", "micromamba's: --format explicit with MD5 sums",
         &Arguments::explicit_file},
        {"--md5", "", "with MD5 sums (in an explicit file instead of SHA-256)", &Arguments::md5},
        {"--no-md5", "", "with explicit: no sums", &Arguments::no_md5},
        {"--no-builds,--no-build", "", "versions without builds", &Arguments::no_builds},
        {"--channel-subdir", "", "specs as CHANNEL/SUBDIR::NAME=VERSION",
         &Arguments::channel_subdir},
        {"--from-history", "", "only the requested specs, as requested", &Arguments::from_history},
        {"-c,--channel", "CHANNEL", "name this channel first; may be repeated",
         &Arguments::channels},
        {"--override-channels", "", "name only the channels of -c", &Arguments::override_channels},
        {"--ignore-channels", "", "name no channels", &Arguments::ignore_channels},
        {"--platform,--subdir", "PLATFORM", "that of the environment, which it must be",
         &Arguments::platforms},
        JsonOption()}},
      EnvironmentOptions(),
      GeneralOptions()};
  command.run = &RunExport;
  return command;
}

Command EnvList() {
  Command command;
  command.name = "env list";
  command.summary = "List the environments.";
  command.examples = "satchel env list --json";
  command.groups = {{"Options",
                     {{"--size", "", "with the disk space that each takes, hard links counted once",
                       &Arguments::sizes},
                      JsonOption()}},
                    GeneralOptions()};
  command.run = &RunEnvList;
  return command;
}

Command Compare() {
  Command command;
  command.name = "compare";
  command.positional = "FILE|ENVIRONMENT";
  command.summary = "Compare an environment with a file, or with another environment.";
  command.details = "The exit code is 1 if there is any difference.";
  command.examples = "satchel compare environment.yml -n work\nsatchel compare other -n work";
  command.groups = {{"Options", {JsonOption()}}, EnvironmentOptions(), GeneralOptions()};
  command.completion = kFile;
  command.run = &RunCompare;
  return command;
}

Command Doctor() {
  Command command;
  command.name = "doctor";
  command.summary = "Check an environment for missing and altered files.";
  command.details =
      "Compares the SHA-256 of every file with that recorded when it was installed. The exit code "
      "is 1\n"
      "if anything is wrong.";
  command.examples = "satchel doctor -n work\nsatchel doctor -n work --fix";
  command.groups = {
      {"Options",
       {{"--fix,--heal", "", "install packages with missing or altered files again",
         &Arguments::fix},
        {"-d,--dry-run", "", "with --fix: only show what would be done", &Arguments::dry_run},
        {"-y,--yes", "", "with --fix: do not ask", &Arguments::yes},
        {"--override-frozen", "", "with --fix: even if the environment is marked as frozen",
         &Arguments::override_frozen},
        JsonOption()}},
      EnvironmentOptions(),
      GeneralOptions()};
  command.run = &RunDoctor;
  return command;
}

Command Variables(std::string_view name, std::string_view positional, std::string_view summary,
                  std::string_view example) {
  Command command;
  command.name = name;
  command.positional = positional;
  command.summary = summary;
  command.examples = example;
  command.groups = {{"Options", {JsonOption()}}, TargetOptions(), GeneralOptions()};
  return command;
}

std::vector<Command> VariableCommands() {
  Command list = Variables("env config vars list", "",
                           "List the variables that an environment sets when it is activated.",
                           "satchel env config vars list -n work");
  list.run = &RunVariablesList;
  Command set = Variables("env config vars set", "NAME=VALUE...",
                          "Set variables whenever an environment is activated.",
                          "satchel env config vars set -n work OMP_NUM_THREADS=4");
  set.run = &RunVariablesSet;
  Command unset = Variables("env config vars unset", "NAME...",
                            "Stop setting variables when an environment is activated.",
                            "satchel env config vars unset -n work OMP_NUM_THREADS");
  unset.run = &RunVariablesUnset;
  return {list, set, unset};
}

}  // namespace

std::vector<Command> EnvironmentCommands() {
  std::vector<Command> commands = {List(),   Export("export"), History(),           Compare(),
                                   Doctor(), EnvList(),        Export("env export")};
  for (Command& command : VariableCommands()) {
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace satchel
