#include "tools/cli/environment/change_commands.h"

#include <utility>

#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

OptionGroup WantedGroup(std::vector<Option> more) {
  more.insert(more.begin(), {"-f,--file", "FILE",
                             "also what FILE asks for: an environment.yml, or a text file with a "
                             "spec a line; after @EXPLICIT with a URL a line, which are installed "
                             "without solving; may be repeated",
                             &Arguments::files, "", kFile});
  more.push_back(
      {"--no-deps", "", "only the packages named, whatever they need", &Arguments::no_deps});
  more.push_back({"--only-deps", "", "only what the packages named need", &Arguments::only_deps});
  return {"What is wanted", std::move(more)};
}

OptionGroup Output() {
  return {"Output",
          {
              {"--json", "", "print what was done in conda's JSON (docs/json.md); does not ask",
               &Arguments::json},
              {"-q,--quiet", "", "print nothing but errors", &Arguments::quiet},
              {"-v,--verbose", "", "also the levels of the optimum and how it was found",
               &Arguments::verbose},
          }};
}

const Option kPin = {"--pin", "SPEC", "whatever of this name is in the plan must match SPEC",
                     &Arguments::pins};
const Option kNoPin = {"--no-pin", "", "do not look at conda-meta/pinned", &Arguments::no_pin};
const Option kFreeze = {"--freeze-installed,--no-update-deps", "",
                        "change nothing that is installed and not named",
                        &Arguments::freeze_installed};
const Option kForce = {"--force-reinstall", "",
                       "link the packages named anew, also where they would stay",
                       &Arguments::force_reinstall};

const Option kPipWith = {"--pip-with", "TOOL",
                         "what installs the 'pip:' section of a file: the environment's own pip "
                         "(default) or uv",
                         &Arguments::pip_with, "pip|uv"};
const Option kNoPip = {"--no-pip", "", "leave the 'pip:' section of a file alone",
                       &Arguments::no_pip};

Command Create() {
  Command command;
  command.run = &RunCreate;
  command.name = "create";
  command.positional = "SPEC...";
  command.summary = "Make a new environment.";
  command.details =
      "In place of one that is there already, if you agree: files that are of no package stay.\n"
      "Whatever fails or interrupts it, the environment is then as it was before.";
  command.examples =
      "satchel create -n work python=3.12 numpy -c /srv/channels/conda-forge\n"
      "satchel create -p ./env --file lock.txt --yes\n"
      "satchel create -n copy --clone work";
  command.groups = {
      WantedGroup({kPin,
                   {"--no-default-packages", "", "not the configured create_default_packages",
                    &Arguments::no_default_packages},
                   {"--clone", "ENV",
                    "another environment, exactly: its packages, and its files of no package",
                    &Arguments::clone, "", kDirectory},
                   kPipWith,
                   kNoPip}),
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

Command Install() {
  Command command;
  command.run = &RunInstall;
  command.name = "install";
  command.positional = "SPEC...";
  command.summary = "Put packages into an environment.";
  command.details =
      "What is installed changes only as far as the packages named make it necessary. Without -n\n"
      "and -p, of the active environment.";
  command.examples =
      "satchel install -n work scipy 'pandas>=2' -c /srv/channels/conda-forge\n"
      "satchel install -p ./env --file lock.txt --yes\n"
      "satchel install -n work --revision 2";
  command.groups = {
      WantedGroup(
          {kPin,
           kNoPin,
           kFreeze,
           kForce,
           {"--revision", "N", "the packages of a revision of 'satchel list --revisions', exactly",
            &Arguments::revision},
           kPipWith,
           kNoPip}),
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

Command Update() {
  Command command;
  command.run = &RunUpdate;
  command.name = "update";
  command.positional = "NAME...";
  command.summary = "Bring installed packages up to date.";
  command.details =
      "The specs that were once asked for hold, except those of the packages named now.";
  command.examples =
      "satchel update -n work numpy -c /srv/channels/conda-forge\n"
      "satchel update -n work --all -c /srv/channels/conda-forge";
  command.groups = {
      WantedGroup({kPin,
                   kNoPin,
                   kFreeze,
                   kForce,
                   {"--all,--update-all", "", "all packages", &Arguments::all},
                   {"--prune", "", "let go what nothing asks for any more", &Arguments::prune},
                   kPipWith,
                   kNoPip}),
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

Command Remove() {
  Command command;
  command.run = &RunRemove;
  command.name = "remove";
  command.positional = "NAME...";
  command.summary = "Take packages out of an environment.";
  command.details =
      "With them go the packages that need them, and those that nobody asked for and nothing "
      "needs\n"
      "any more.";
  command.examples =
      "satchel remove -n work scipy\n"
      "satchel remove -n work --all";
  command.groups = {
      {"What is to go",
       {{"--all", "", "all packages, and the environment with all that lies in its directory",
         &Arguments::all},
        {"--keep-env", "", "with --all: keep the environment, empty", &Arguments::keep_env},
        {"--force,--force-remove,--no-deps", "", "only these packages, whatever needs them",
         &Arguments::no_deps},
        kNoPin}},
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

OptionGroup OfFile(std::vector<Option> more) {
  more.insert(more.begin(),
              {"-f,--file", "FILE",
               "an environment.yml (by default the one in this directory), an @EXPLICIT file or a "
               "conda-lock.yml; may be repeated",
               &Arguments::files, "", kFile});
  more.push_back(kPipWith);
  more.push_back(kNoPip);
  return {"What is wanted", std::move(more)};
}

Command EnvCreate() {
  Command command;
  command.run = &RunEnvCreate;
  command.name = "env create";
  command.summary = "Make an environment as a file describes it.";
  command.details =
      "Its name is that of the file unless -n or -p says another. Packages come first, then the\n"
      "file's 'variables:' are set and its 'pip:' section is installed. Nothing is asked.";
  command.examples =
      "satchel env create\n"
      "satchel env create -f environment.yml -n work\n"
      "satchel env create -f conda-lock.yml -p ./env --pip-with uv";
  command.groups = {OfFile({}),      SourceOptions(), TargetOptions(), ChangeOptions(),
                    SolverOptions(), Output(),        GeneralOptions()};
  return command;
}

Command EnvUpdate() {
  Command command;
  command.run = &RunEnvUpdate;
  command.name = "env update";
  command.summary = "Bring an environment up to a file that describes it.";
  command.details = "It is made if it is not there. Nothing is asked.";
  command.examples =
      "satchel env update -f environment.yml\n"
      "satchel env update -n work -f environment.yml --prune";
  command.groups = {
      OfFile({{"--prune", "", "let go what the file does not ask for and nothing of it needs",
               &Arguments::prune},
              kNoPin}),
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

Command EnvRemove() {
  Command command;
  command.run = &RunEnvRemove;
  command.name = "env remove";
  command.summary = "Remove an environment with all that lies in its directory.";
  command.examples = "satchel env remove -n work";
  command.groups = {TargetOptions(), ChangeOptions(), Output(), GeneralOptions()};
  return command;
}

Command Rename() {
  Command command;
  command.run = &RunRename;
  command.name = "rename";
  command.positional = "NEW";
  command.summary = "Give an environment another name, or another place.";
  command.details =
      "NEW is a name, or a path (with a slash). The packages are linked anew for the new path, "
      "files\n"
      "of no package are copied, then the old environment is removed.";
  command.examples = "satchel rename -n work play\nsatchel rename -p ./env ../env";
  command.groups = {TargetOptions(), ChangeOptions(), Output(), GeneralOptions()};
  return command;
}

}  // namespace

std::vector<Command> ChangeCommands() {
  return {Create(), Install(), Update(), Remove(), EnvCreate(), EnvUpdate(), EnvRemove(), Rename()};
}

}  // namespace satchel
