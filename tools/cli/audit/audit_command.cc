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

Command ImpactCommand() {
  Command command;
  command.run = &RunImpact;
  command.name = "impact";
  command.positional = "[CHANNEL...]";
  command.summary = "Find what a change of channels breaks, or makes possible.";
  command.details =
      "Audits the channels (see 'satchel audit') as they are and as they would be, and compares: "
      "without "
      "records,\nwith those of further channels, with a patch_instructions.json applied to the "
      "first "
      "channel, or between two\nversions of a channel. Exit code 1: a record that could be "
      "installed, "
      "or a new one, cannot.";
  command.examples =
      "satchel impact conda-forge --without 'openssl=3.0'\n"
      "satchel impact conda-forge --with ./staged --markdown\n"
      "satchel impact ./channel --patch patch_instructions.json\n"
      "satchel impact --before ./monday --after ./tuesday";
  OptionGroup sources = SourceOptions();
  std::erase_if(sources.options,
                [](const Option& option) { return option.names.starts_with("--platform"); });
  command.groups = {
      {"The change",
       {{"--without", "SPEC", "as if the records that match SPEC were gone; may be repeated",
         &Arguments::without},
        {"--with", "CHANNEL", "with this channel before the others, too; may be repeated",
         &Arguments::with, "", kDirectory},
        {"--patch", "FILE", "with a patch_instructions.json applied to the first channel",
         &Arguments::patch, "", kFile},
        {"--before", "CHANNEL", "a channel as it was", &Arguments::before, "", kDirectory},
        {"--after", "CHANNEL", "the same as it is now", &Arguments::after, "", kDirectory}}},
      {"What to look at",
       {{"--platform,--subdir", "PLATFORM", "may be repeated (default: this machine's)",
         &Arguments::platforms},
        {"--only", "SPEC", "only the records that match SPEC", &Arguments::only},
        {"--newest", "", "only the record of each name that is preferred to all others",
         &Arguments::newest},
        {"--beside", "SPEC", "what else must be there; may be repeated", &Arguments::beside},
        {"--virtual-package", "NAME=VERSION",
         "a virtual package of the machine, such as __cuda=12.4; may be repeated",
         &Arguments::virtual_package}}},
      {"Output",
       {{"--json", "", "print JSON (docs/audit.md)", &Arguments::json},
        {"--markdown", "", "print a table for a pull request", &Arguments::markdown}}},
      sources,
      GeneralOptions()};
  return command;
}

}  // namespace satchel
