// The options of `satchel audit`.

#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {

using enum Completion;

Command AuditCommand() {
  Command command;
  command.run = &RunAudit;
  command.name = "audit";
  command.positional = "[CHANNEL...]";
  command.summary = "Find the records of channels that cannot be installed.";
  command.details =
      "Decides for every record of the channels whether there is a plan with it, by itself or "
      "beside "
      "what\n--with names, and groups those that have none by cause, the cause of most records "
      "first.\nExit code 1: a record cannot be installed.";
  command.examples =
      "satchel audit conda-forge --platform linux-64 --platform osx-arm64\n"
      "satchel audit ./mychannel conda-forge --with python=3.13 --newest\n"
      "satchel audit conda-forge --only 'numpy>=2' --json\n"
      "satchel audit conda-forge --html report.html";
  OptionGroup sources = SourceOptions();
  std::erase_if(sources.options,
                [](const Option& option) { return option.names.starts_with("--platform"); });
  command.groups = {
      {"What to look at",
       {{"--platform,--subdir", "PLATFORM", "may be repeated (default: this machine's)",
         &Arguments::platforms},
        {"--only", "SPEC", "only the records that match SPEC", &Arguments::only},
        {"--newest", "", "only the record of each name that is preferred to all others",
         &Arguments::newest},
        {"--with", "SPEC", "what else must be there; may be repeated", &Arguments::with},
        {"--virtual-package", "NAME=VERSION",
         "a virtual package of the machine, such as __cuda=12.4; may be repeated",
         &Arguments::virtual_package}}},
      {"Output",
       {{"--all", "", "show all causes, not only the first 20", &Arguments::all},
        {"--json", "", "print JSON (docs/audit.md)", &Arguments::json},
        {"--csv", "", "print a row for each record that cannot be installed", &Arguments::csv},
        {"--html", "FILE", "also write a page to search and sort", &Arguments::html, "", kFile}}},
      sources,
      GeneralOptions()};
  return command;
}

}  // namespace satchel
