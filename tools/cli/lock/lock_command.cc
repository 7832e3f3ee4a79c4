// The options of `satchel lock`.

#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {

using enum Completion;

Command LockCommand() {
  Command command;
  command.run = &RunLock;
  command.name = "lock";
  command.positional = "[SPEC...]";
  command.summary = "Solve for several platforms and write a lock file.";
  command.details =
      "Writes conda-lock.yml, pixi.lock or an @EXPLICIT file, as the name of -o or --format says.\n"
      "What the file locks already stays as far as it still answers the request: as few packages\n"
      "change as possible; --update and --update-all name what may move. If a platform has no\n"
      "plan, the file stays as it is.\n"
      "Virtual packages are those of this machine for its own platform, else assumed (__glibc "
      "2.28,\n"
      "__osx 13.0, no __cuda); --virtual-packages FILE sets them.\n"
      "Exit code 1: a platform has no plan, or --check finds that the file is out of date.";
  command.examples =
      "satchel lock -f environment.yml --platform linux-64 --platform osx-arm64\n"
      "satchel lock -f environment.yml --update numpy\n"
      "satchel lock -f environment.yml --check\n"
      "satchel lock --diff old/conda-lock.yml conda-lock.yml --markdown\n"
      "satchel lock --convert conda-lock.yml -o pixi.lock";
  OptionGroup sources = SourceOptions();
  std::erase_if(sources.options,
                [](const Option& option) { return option.names.starts_with("--platform"); });
  command.groups = {
      {"Request",
       {{"-f,--file", "FILE",
         "what FILE lists: an environment.yml, pixi.toml, pyproject.toml, or a text file with one "
         "spec a line; may be repeated",
         &Arguments::files, "", kFile},
        {"--category", "NAME",
         "of files with categories, main and this one only (default: all); may be repeated",
         &Arguments::categories},
        {"--environment", "NAME",
         "of a pixi.toml, this environment only (default: all of them, into a pixi.lock)",
         &Arguments::file_environment},
        {"--pin", "SPEC", "if a package of this name is in a plan, it must match SPEC",
         &Arguments::pins},
        {"--platform,--subdir", "PLATFORM",
         "a platform to lock; may be repeated (default: those of the lock file, of the "
         "environment.yml, else linux-64, osx-64, osx-arm64 and win-64)",
         &Arguments::platforms},
        {"--virtual-packages", "FILE",
         "the virtual packages of each platform, as in conda-lock's virtual-packages.yml",
         &Arguments::virtual_packages, "", kFile}}},
      {"Lock file",
       {{"-o,--output,--lockfile", "FILE",
         "the lock file (default: conda-lock.yml); {platform} in it stands for the platform",
         &Arguments::output, "", kFile},
        {"--format", "FORMAT", "its format (default: as its name says)", &Arguments::format,
         "conda-lock|pixi|pixi-6|pixi-7|explicit"},
        {"--update", "NAME", "bring this package up to date; may be repeated", &Arguments::updates},
        {"--update-all", "", "bring all packages up to date", &Arguments::update_all},
        {"--no-pip", "", "do not let pip lock the 'pip:' section of a file; it stays as it is",
         &Arguments::no_pip},
        {"--pip-with", "COMMAND", "the pip that does it (default: python3 -m pip)",
         &Arguments::pip_with},
        {"--same-versions", "",
         "the same version of a package on all platforms, where there is one",
         &Arguments::same_versions},
        {"--check", "", "write nothing; exit 1, and show why, if the file is out of date",
         &Arguments::check},
        {"--dry-run", "", "write nothing; show what would change", &Arguments::dry_run}}},
      {"Other uses",
       {{"--convert", "FILE", "write what FILE locks to --output, in another format",
         &Arguments::convert, "", kFile},
        {"--diff", "OLD NEW", "show how two lock files differ", &Arguments::diff, "", kFile, 2},
        {"--markdown", "", "with --diff or --check: a table for a pull request",
         &Arguments::markdown},
        {"--json", "", "print JSON", &Arguments::json}}},
      sources,
      {"Solver",
       {{"--timeout", "SECONDS", "stop a platform's solve after this time", &Arguments::timeout}}},
      GeneralOptions()};
  return command;
}

}  // namespace satchel
