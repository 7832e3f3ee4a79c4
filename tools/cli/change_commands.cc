#include "tools/cli/change_commands.h"

#include <utility>

#include "tools/cli/option_groups.h"
#include "tools/cli/run.h"

namespace satchel {
namespace {

using enum Completion;

OptionGroup Wanted(std::vector<Option> more) {
  more.insert(more.begin(), {"-f,--file", "FILE",
                             "also what FILE asks for: an environment.yml, or a text file with a "
                             "spec a line; after @EXPLICIT with a URL a line, which are installed "
                             "without solving; may be repeated",
                             "", kFile, &Arguments::files});
  more.push_back({"--no-deps", "", "only the packages named, whatever they need", "", kNothing,
                  &Arguments::no_deps});
  more.push_back({"--only-deps", "", "only what the packages named need", "", kNothing,
                  &Arguments::only_deps});
  return {"What is wanted", std::move(more)};
}

OptionGroup Output() {
  return {"Output",
          {
              {"--json", "", "print what was done in conda's JSON (docs/json.md); does not ask", "",
               kNothing, &Arguments::json},
              {"-q,--quiet", "", "print nothing but errors", "", kNothing, &Arguments::quiet},
              {"-v,--verbose", "", "also the levels of the optimum and how it was found", "",
               kNothing, &Arguments::verbose},
          }};
}

const Option kPin = {"--pin", "SPEC",   "whatever of this name is in the plan must match SPEC",
                     "",      kNothing, &Arguments::pins};
const Option kNoPin = {"--no-pin", "",       "do not look at conda-meta/pinned",
                       "",         kNothing, &Arguments::no_pin};
const Option kFreeze = {"--freeze-installed,--no-update-deps",
                        "",
                        "change nothing that is installed and not named",
                        "",
                        kNothing,
                        &Arguments::freeze_installed};
const Option kForce = {"--force-reinstall",
                       "",
                       "link the packages named anew, also where they would stay",
                       "",
                       kNothing,
                       &Arguments::force_reinstall};

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
      Wanted({kPin,
              {"--no-default-packages", "", "not the configured create_default_packages", "",
               kNothing, &Arguments::no_default_packages},
              {"--clone", "ENV", "the packages of another environment, exactly", "", kDirectory,
               &Arguments::clone}}),
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
      "satchel install -p ./env --file lock.txt --yes";
  command.groups = {Wanted({kPin, kNoPin, kFreeze, kForce}),
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
      Wanted({kPin,
              kNoPin,
              kFreeze,
              kForce,
              {"--all,--update-all", "", "all packages", "", kNothing, &Arguments::all},
              {"--prune", "", "let go what nothing asks for any more", "", kNothing,
               &Arguments::prune}}),
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
       {{"--all", "", "all packages, and the environment with all that lies in its directory", "",
         kNothing, &Arguments::all},
        {"--keep-env", "", "with --all: keep the environment, empty", "", kNothing,
         &Arguments::keep_env},
        {"--force,--force-remove,--no-deps", "", "only these packages, whatever needs them", "",
         kNothing, &Arguments::no_deps},
        kNoPin}},
      SourceOptions(),
      TargetOptions(),
      ChangeOptions(),
      SolverOptions(),
      Output(),
      GeneralOptions()};
  return command;
}

}  // namespace

std::vector<Command> ChangeCommands() {
  return {Create(), Install(), Update(), Remove()};
}

}  // namespace satchel
