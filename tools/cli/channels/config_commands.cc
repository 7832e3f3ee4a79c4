#include "tools/cli/channels/config_commands.h"

#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

// The options that say where packages come from, without those that only matter to a solve.
OptionGroup QuerySources() {
  OptionGroup group = SourceOptions();
  std::erase_if(group.options, [](const Option& option) {
    return option.names == "--channel-priority" || option.names == "--exclude-newer";
  });
  return group;
}

// To ask of what is installed.
void AddEnvironmentOptions(Command* command) {
  std::vector<Option>& options = command->groups[0].options;
  options.insert(
      options.end(),
      {{"-n,--name", "NAME", "ask the environment of this name, not the channels",
        &Arguments::name},
       {"-p,--prefix", "DIR", "the same, by its directory", &Arguments::prefix, "", kDirectory},
       {"--local", "", "ask the active environment", &Arguments::local},
       {"--remote", "", "ask the channels, even where an environment is active",
        &Arguments::remote}});
}

}  // namespace

Command ConfigCommand() {
  Command command;
  command.run = &RunConfig;
  command.name = "config";
  command.positional = "[KEY...]";
  command.summary = "Show or change the configuration.";
  command.details =
      "The .condarc files are those that conda reads. An entry of a map is named as in\n"
      "proxy_servers.https. A change keeps the comments and all other lines of the file.";
  command.examples =
      "satchel config --show channels channel_priority\n"
      "satchel config --append channels conda-forge\n"
      "satchel config --set channel_priority strict --system";
  command.groups = {
      {"To show",
       {{"--show", "", "the values of all keys, or of those named", &Arguments::show},
        {"--show-sources", "", "the values of each file and variable", &Arguments::show_sources},
        {"--list", "", "only what a file, a variable or an option sets", &Arguments::list_settings},
        {"-s,--sources", "", "with --list: what sets each value", &Arguments::with_sources},
        {"--files", "", "the files that are read, the strongest first", &Arguments::list_files},
        {"--get", "", "the values of one file, as options that would set them", &Arguments::get},
        {"--describe", "", "describe the keys, with their defaults", &Arguments::describe},
        {"--validate", "", "read all files and report errors", &Arguments::validate}}},
      {"To change",
       {{"--set", "KEY VALUE", "set a key that is not a list", &Arguments::set_values, "", kNothing,
         2},
        {"--append", "KEY VALUE", "add an element at the end of a list", &Arguments::append_values,
         "", kNothing, 2},
        {"--prepend,--add", "KEY VALUE", "add an element at the beginning of a list",
         &Arguments::prepend_values, "", kNothing, 2},
        {"--remove", "KEY VALUE", "remove an element from a list", &Arguments::remove_values, "",
         kNothing, 2},
        {"--remove-key", "KEY", "remove a key", &Arguments::remove_keys},
        {"--clear", "KEY", "remove all elements of a list", &Arguments::clear_keys},
        {"--stdin", "", "take all keys that the YAML on standard input has",
         &Arguments::from_stdin},
        {"--write-default", "", "write a file with all keys and their defaults, as comments",
         &Arguments::write_default}}},
      {"Which file (without: ~/.condarc)",
       {{"--system", "", "that of the base environment, or /etc/conda/.condarc",
         &Arguments::system},
        {"--env", "", "that of the active environment", &Arguments::env},
        {"-n,--name", "NAME", "that of the environment of this name", &Arguments::name},
        {"-p,--prefix", "DIR", "that of the environment in DIR", &Arguments::prefix, "",
         kDirectory},
        {"--file", "FILE", "this one", &Arguments::rc_file, "", kFile},
        {"--no-rc", "", "show the values without any file", &Arguments::no_rc}}},
      {"Output", {{"--json", "", "print JSON", &Arguments::json}}},
      GeneralOptions()};
  return command;
}

Command SearchCommand() {
  Command command;
  command.run = &RunSearch;
  command.name = "search";
  command.positional = "SPEC";
  command.summary = "List the packages of the channels that match a spec.";
  command.details =
      "SPEC is a conda match spec; a name may have *. If no package has exactly the name, those\n"
      "whose names contain it are listed.";
  command.examples =
      "satchel search 'numpy>=2' -c conda-forge\nsatchel search 'python=3.12.1' --info";
  command.groups = {
      {"Options",
       {{"-i,--info", "", "show all details of each package", &Arguments::info},
        {"-f,--full-name", "", "only packages of exactly this name", &Arguments::full_name},
        {"--envs", "", "search the environments instead of the channels",
         &Arguments::in_environments},
        {"--canonical", "", "print CHANNEL/SUBDIR::NAME-VERSION-BUILD lines",
         &Arguments::canonical},
        {"--names-only", "", "print only names", &Arguments::names_only},
        {"--exclude-newer", "DATE", "nothing built after DATE, as install understands it",
         &Arguments::exclude_newer},
        {"-o,--outdated", "", "only what is newer than in the active environment",
         &Arguments::outdated},
        {"--reverse-dependency", "", "list what depends on it (repoquery whoneeds)",
         &Arguments::reverse_dependency},
        {"--json", "", "print JSON", &Arguments::json},
        {"-q,--quiet", "", "no warnings", &Arguments::quiet}}},
      QuerySources(),
      GeneralOptions()};
  return command;
}

Command RepoqueryCommand(std::string_view kind) {
  Command command = SearchCommand();
  if (kind == "search") {
    command.name = "repoquery search";
    AddEnvironmentOptions(&command);
    return command;
  }
  const bool is_depends = kind == "depends";
  command.run = is_depends ? &RunRepoqueryDepends : &RunRepoqueryWhoneeds;
  command.name = is_depends ? "repoquery depends" : "repoquery whoneeds";
  command.summary = is_depends ? "List what the newest package that matches a spec depends on."
                               : "List the packages that depend on one that matches a spec.";
  command.details = {};
  command.examples = is_depends ? "satchel repoquery depends numpy --tree -c conda-forge"
                                : "satchel repoquery whoneeds 'openssl=3' -c conda-forge";
  std::erase_if(command.groups[0].options, [](const Option& option) {
    return option.names != "--json" && option.names != "-q,--quiet";
  });
  command.groups[0].options.insert(command.groups[0].options.begin(),
                                   {"-t,--tree", "", "show the whole tree", &Arguments::tree});
  AddEnvironmentOptions(&command);
  return command;
}

}  // namespace satchel
