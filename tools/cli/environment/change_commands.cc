#include "tools/cli/environment/change_commands.h"

#include <utility>

#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

const Option kCategory = {"--category", "NAME",
                          "of a --file with categories, such as conda-lock.yml or pyproject.toml, "
                          "also this one; may be repeated",
                          &Arguments::categories};
const Option kFileEnvironment = {
    "--environment", "NAME", "of a pixi.toml or pixi.lock, this environment instead of 'default'",
    &Arguments::file_environment};

OptionGroup WantedGroup(std::vector<Option> more) {
  more.insert(more.begin(), {"-f,--file", "FILE",
                             "also what FILE lists: an environment.yml, or a text file with one "
                             "spec a line, or after @EXPLICIT "
                             "one URL a line, which are installed without solving; may be repeated",
                             &Arguments::files, "", kFile});
  more.push_back(kCategory);
  more.push_back(kFileEnvironment);
  more.push_back({"--no-deps", "", "only the packages named, without their dependencies",
                  &Arguments::no_deps});
  more.push_back(
      {"--only-deps", "", "only the dependencies of the packages named", &Arguments::only_deps});
  return {"Request", std::move(more)};
}

OptionGroup Output() {
  return {
      "Output",
      {
          {"--json", "", "print what was done in conda's JSON (docs/json.md); does not ask",
           &Arguments::json},
          {"-q,--quiet", "", "print nothing but errors", &Arguments::quiet},
          {"-v,--verbose", "", "also print the levels of the objective and how the plan was found",
           &Arguments::verbose},
      }};
}

const Option kPin = {"--pin", "SPEC",
                     "if a package of this name is in the plan, it must match SPEC",
                     &Arguments::pins};
const Option kNoPin = {"--no-pin", "", "do not look at conda-meta/pinned", &Arguments::no_pin};
const Option kFreeze = {"--freeze-installed,--no-update-deps", "",
                        "keep every installed package that is not named as it is",
                        &Arguments::freeze_installed};
const Option kForce = {"--force-reinstall", "",
                       "reinstall the packages named even if they would stay",
                       &Arguments::force_reinstall};

const Option kUpdateDeps = {"--update-deps", "",
                            "also update the dependencies of the packages named",
                            &Arguments::update_deps};
const Option kSkip = {"-S,--satisfied-skip-solve", "",
                      "change nothing if all that is named is installed already",
                      &Arguments::satisfied_skip_solve};

const Option kPipWith = {"--pip-with", "TOOL",
                         "what installs the 'pip:' section of a file: the environment's own pip "
                         "(default) or uv",
                         &Arguments::pip_with, "pip|uv"};
const Option kNoPip = {"--no-pip", "", "ignore the 'pip:' section of a file", &Arguments::no_pip};

Command Create() {
  Command command;
  command.run = &RunCreate;
  command.name = "create";
  command.positional = "SPEC...";
  command.summary = "Create an environment.";
  command.details =
      "An environment that exists is replaced if you agree; files of no package stay.\n"
      "If it fails or is interrupted, everything is as it was before.";
  command.examples =
      "satchel create -n work python=3.12 numpy -c /srv/channels/conda-forge\n"
      "satchel create -p ./env --file lock.txt --yes\n"
      "satchel create -n copy --clone work";
  command.groups = {
      WantedGroup(
          {kPin,
           {"--no-default-packages", "", "without the configured create_default_packages",
            &Arguments::no_default_packages},
           {"--clone", "ENV", "copy another environment: its packages, and its files of no package",
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
  command.summary = "Install packages into an environment.";
  command.details =
      "Installed packages change only where the packages named need it. Without -n and -p the "
      "active\n"
      "environment is meant.";
  command.examples =
      "satchel install -n work scipy 'pandas>=2' -c /srv/channels/conda-forge\n"
      "satchel install -p ./env --file lock.txt --yes\n"
      "satchel install -n work --revision 2";
  command.groups = {
      WantedGroup({kPin,
                   kNoPin,
                   kFreeze,
                   kForce,
                   kUpdateDeps,
                   kSkip,
                   {"--revision", "N", "go back to a revision of 'satchel list --revisions'",
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
  command.summary = "Update installed packages.";
  command.details =
      "Specs that were requested earlier still hold, except those of the packages named now.";
  command.examples =
      "satchel update -n work numpy -c /srv/channels/conda-forge\n"
      "satchel update -n work --all -c /srv/channels/conda-forge";
  command.groups = {WantedGroup({kPin,
                                 kNoPin,
                                 kFreeze,
                                 kForce,
                                 kUpdateDeps,
                                 kSkip,
                                 {"--all,--update-all", "", "all packages", &Arguments::all},
                                 {"--prune", "", "remove packages that nothing needs any more",
                                  &Arguments::prune},
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
  command.summary = "Remove packages from an environment.";
  command.details =
      "Packages that depend on them are removed too, and so are those that nobody requested and\n"
      "nothing needs any more.";
  command.examples =
      "satchel remove -n work scipy\n"
      "satchel remove -n work --all";
  command.groups = {
      {"What to remove",
       {{"--all", "", "all packages, and the environment with everything in its directory",
         &Arguments::all},
        {"--keep-env", "", "with --all: keep the environment, empty", &Arguments::keep_env},
        {"--force,--force-remove,--no-deps", "", "only these packages, even if others need them",
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
  more.push_back(kCategory);
  more.push_back(kFileEnvironment);
  more.push_back(kPipWith);
  more.push_back(kNoPip);
  return {"Request", std::move(more)};
}

Command EnvCreate() {
  Command command;
  command.run = &RunEnvCreate;
  command.name = "env create";
  command.summary = "Create an environment from a file.";
  command.details =
      "The file gives its name unless -n or -p does. Packages come first; then the file's "
      "'variables:'\n"
      "are set and its 'pip:' section is installed. Asks nothing.";
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
  command.summary = "Update an environment from a file.";
  command.details = "Creates it if it does not exist. Asks nothing.";
  command.examples =
      "satchel env update -f environment.yml\n"
      "satchel env update -n work -f environment.yml --prune";
  command.groups = {
      OfFile({{"--prune", "", "remove packages that the file does not list and nothing in it needs",
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
  command.summary = "Remove an environment with everything in its directory.";
  command.examples = "satchel env remove -n work";
  command.groups = {TargetOptions(), ChangeOptions(), Output(), GeneralOptions()};
  return command;
}

Command Rename() {
  Command command;
  command.run = &RunRename;
  command.name = "rename";
  command.positional = "NEW";
  command.summary = "Rename or move an environment.";
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
