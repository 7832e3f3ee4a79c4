#include "tools/cli/framework/commands.h"

#include "base/strings.h"
#include "tools/cli/channels/config_commands.h"
#include "tools/cli/environment/change_commands.h"
#include "tools/cli/framework/command_lists.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

Command Program() {
  Command command;
  command.run = &RunProgram;
  command.summary = "A dependency solver for conda packages whose plan is provably the best.";
  command.details =
      "Exit codes: 0 success (a warning says if a timeout stopped the proof that the plan is the\n"
      "best); 1 unsatisfiable, or a plan that does not verify; 2 bad input; 3 a timeout before "
      "any\n"
      "plan; 4 a file could not be read or written; 5 an internal error; 130 interrupted (prints\n"
      "the best plan so far, as after a timeout).\n"
      "\n"
      "Environment variables: CONDA_SUBDIR (the platform), CONDA_OVERRIDE_CUDA, _CUDA_ARCH, "
      "_GLIBC,\n"
      "_LINUX, _OSX, _WIN, _ARCHSPEC (virtual packages), SATCHEL_CACHE_DIR (else\n"
      "XDG_CACHE_HOME/satchel or ~/.cache/satchel), SATCHEL_NO_INDEX_CACHE (keep no indexes), "
      "CONDA_PKGS_DIRS\n"
      "(package caches), SATCHEL_NO_SYNC (do not wait for the disk after a change: a power cut may "
      "then\n"
      "leave it half done; for images that you discard in that case), NO_COLOR.";
  command.examples =
      "satchel solve python=3.12 numpy pandas -c /srv/channels/conda-forge\n"
      "satchel solve --file environment.yml -c conda-forge --explicit > lock.txt\n"
      "satchel info";
  command.groups = {
      {"General",
       {{"-h,--help", "", "print help; 'satchel COMMAND --help' for a command's", &Arguments::help},
        {"-V,--version", "", "print the version", &Arguments::version}}}};
  return command;
}

Command Solve() {
  Command command;
  command.run = &RunSolve;
  command.name = "solve";
  command.positional = "SPEC...";
  command.summary = "Find the best set of packages for a request.";
  command.details =
      "SPEC is a conda match spec: numpy, numpy=1.26, 'numpy>=1.26,<2', conda-forge::numpy,\n"
      "'pytorch=2.*=*cuda*', 'blas[build=*mkl]'. Quote what your shell would interpret.\n"
      "Installs and changes nothing.";
  command.examples =
      "satchel solve python=3.12 numpy pandas -c /srv/channels/conda-forge\n"
      "satchel solve 'pytorch>=2' -c pytorch -c conda-forge --channel-priority strict\n"
      "satchel solve -f environment.yml -c conda-forge --platform osx-arm64\n"
      "satchel solve numpy=2 --prefix ~/envs/work -c /srv/channels/conda-forge\n"
      "satchel solve jupyterlab -c /srv/channels/conda-forge --explicit > lock.txt";
  command.groups = {WantedOptions(), SourceOptions(), EnvironmentOptions(),
                    SolverOptions(), OutputOptions(), GeneralOptions()};
  return command;
}

Command Explain() {
  Command command;
  command.name = "explain";
  command.run = &RunExplain;
  command.positional = "SPEC...";
  command.summary = "Explain why a request has no solution, and what would fix it.";
  command.details =
      "Takes the arguments of 'solve'. The reasons form a tree from the request down to the clash, "
      "and\n"
      "every line of it is needed. Each fix has been solved before it is shown, with the command "
      "to run\n"
      "and the versions it gives, smallest change first. The exit code is 1, or 0 if there is a "
      "plan.";
  command.examples =
      "satchel explain python=3.8 'numpy>=2' -c /srv/channels/conda-forge\n"
      "satchel explain -f environment.yml -c conda-forge --html conflict.html";
  OptionGroup how = SolverOptions();
  std::erase_if(how.options, [](const Option& option) { return option.names != "--objective"; });
  how.options.push_back(
      {"--fixes", "N", "how many fixes to look for (default 5)", &Arguments::fixes});
  how.options.push_back(
      {"--timeout", "SECONDS", "how long to look for them (default 10)", &Arguments::timeout});
  OptionGroup output = OutputOptions();
  std::erase_if(output.options, [](const Option& option) {
    return option.names == "--explicit" || option.names == "--export";
  });
  output.options.insert(output.options.begin() + 1,
                        {"--html", "FILE",
                         "also write FILE: one page, which needs no network, with the conflict "
                         "as a graph",
                         &Arguments::html, "", kFile});
  command.groups = {WantedOptions(), SourceOptions(),   EnvironmentOptions(),
                    std::move(how),  std::move(output), GeneralOptions()};
  return command;
}

OptionGroup TextOrJson() {
  OptionGroup output = OutputOptions();
  std::erase_if(output.options, [](const Option& option) {
    return option.names != "--json" && option.names != "-q,--quiet";
  });
  return output;
}

Command Why() {
  Command command;
  command.name = "why";
  command.run = &RunWhy;
  command.positional = "PACKAGE [SPEC...]";
  command.summary = "Show why a package is installed.";
  command.details =
      "Shows the shortest chain of dependencies from a requested package, in the plan for the "
      "specs or,\n"
      "without specs, in the environment of --prefix or --installed.";
  command.examples =
      "satchel why libxml2 jupyterlab -c /srv/channels/conda-forge\n"
      "satchel why --all openssl --prefix ~/envs/work";
  OptionGroup output = TextOrJson();
  output.options.insert(
      output.options.begin(),
      {"--all", "", "show every chain, not only the shortest", &Arguments::all_chains});
  command.groups = {WantedOptions(), SourceOptions(), EnvironmentOptions(), std::move(output),
                    GeneralOptions()};
  return command;
}

Command WhyNot() {
  Command command;
  command.name = "why-not";
  command.run = &RunWhyNot;
  command.positional = "SPEC [SPEC...]";
  command.summary = "Show why a package, or a newer version, is not installed.";
  command.details =
      "The first SPEC is the one in question; the others are the request, or, without any, the\n"
      "environment of --prefix or --installed is. Also shows what would have to change. The exit "
      "code is\n"
      "1 if the first SPEC is impossible together with the request.";
  command.examples =
      "satchel why-not 'numpy>=2' pandas scikit-learn -c /srv/channels/conda-forge\n"
      "satchel why-not 'python>=3.13' --prefix ~/envs/work -c conda-forge";
  command.groups = {WantedOptions(), SourceOptions(), EnvironmentOptions(), TextOrJson(),
                    GeneralOptions()};
  return command;
}

Command Verify() {
  Command command;
  command.run = &RunVerify;
  command.name = "verify";
  command.positional = "PLAN [SPEC...]";
  command.summary = "Check that a plan satisfies a request.";
  command.details =
      "PLAN is an @EXPLICIT file or the output of 'satchel solve --json' (- for standard input).\n"
      "The request is given as to 'solve'. Prints one line for each violation; the exit code is 1 "
      "if\n"
      "there is any. --best also compares it with the best plan and names the first level of the\n"
      "objective at which it is worse. Plans of other solvers can be checked too.";
  command.examples =
      "satchel verify lock.txt python=3.12 numpy -c /srv/channels/conda-forge\n"
      "satchel verify --best lock.txt python=3.12 numpy -c /srv/channels/conda-forge";
  OptionGroup output = OutputOptions();
  std::erase_if(output.options, [](const Option& option) {
    return option.names == "--explicit" || option.names == "--export";
  });
  OptionGroup solver = SolverOptions();
  std::erase_if(solver.options, [](const Option& option) {
    return option.names == "--certify" || option.names == "--proof" ||
           option.names == "--certificate";
  });
  solver.options.insert(solver.options.begin(),
                        {"--best", "", "also check that no plan is better", &Arguments::best});
  command.groups = {WantedOptions(),   SourceOptions(),   EnvironmentOptions(),
                    std::move(solver), std::move(output), GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command Info() {
  Command command;
  command.run = &RunInfo;
  command.name = "info";
  command.summary = "Show the platform, directories and effective configuration.";
  command.examples = "CONDA_OVERRIDE_CUDA=12.4 satchel info --platform linux-aarch64";
  command.groups = {
      {"Options",
       {{"--platform", "PLATFORM", "show it as for a solve for PLATFORM", &Arguments::platform},
        {"-n,--name", "NAME", "the environment to tell of, if not the active one",
         &Arguments::name},
        {"-p,--prefix", "DIR", "the same, by its directory", &Arguments::prefix, "", kDirectory},
        {"-e,--envs", "", "list the environments instead", &Arguments::envs},
        {"--base", "", "print the root prefix only", &Arguments::base},
        {"--licenses", "", "print the licences of satchel and its libraries", &Arguments::licenses},
        {"--size", "", "with --envs: the disk space that each takes", &Arguments::sizes},
        {"--json", "", "print JSON", &Arguments::json}}},
      GeneralOptions()};
  return command;
}

Command IndexChannels() {
  Command command;
  command.run = &RunIndex;
  command.name = "index";
  command.positional = "CHANNEL...";
  command.summary = "Build the indexes of channels ahead of time.";
  command.details =
      "Every command that reads a channel builds its index if needed; this does it beforehand, or "
      "again\n"
      "with --force. Prints one line for each subdir: where its index is and whether it was "
      "current.";
  command.examples = "satchel index /srv/channels/conda-forge --platform linux-64";
  command.groups = {{"Options",
                     {{"--platform", "PLATFORM", "the platform whose subdir is read beside noarch",
                       &Arguments::platform},
                      {"--channel-alias", "DIR",
                       "the directory of channels given by name: conda-forge is DIR/conda-forge",
                       &Arguments::channel_alias, "", kDirectory},
                      {"--force", "", "rebuild them even if they are current", &Arguments::force},
                      {"--json", "", "print JSON", &Arguments::json}}},
                    GeneralOptions()};
  command.completion = kDirectory;
  return command;
}

Command Clean() {
  Command command;
  command.run = &RunClean;
  command.name = "clean";
  command.summary = "Remove caches and unused packages.";
  command.examples = "satchel clean --all --dry-run";
  command.groups = {
      {"What to remove",
       {{"-i,--index-cache", "", "the indexes of channels and what was fetched of repodata",
         &Arguments::index_cache},
        {"-t,--tarballs", "", "package files, once they are unpacked", &Arguments::tarballs},
        {"-p,--packages", "", "unpacked packages that no environment has hard links to",
         &Arguments::packages},
        {"-a,--all", "", "all of the above", &Arguments::all},
        {"-f,--force-pkgs-dirs", "", "the package caches with everything in them",
         &Arguments::force_pkgs_dirs},
        {"-l,--logfiles", "", "accepted as by conda; no log files are kept", &Arguments::log_files},
        {"--locks", "", "accepted as by micromamba; a lock ends with its process",
         &Arguments::locks},
        {"--trash", "", "the same as --tempfiles, in all environments", &Arguments::trash},
        {"-c,--tempfiles", "DIR", "what conda left to be removed (.trash) in an environment",
         &Arguments::temporary_files, "", kDirectory}}},
      {"Options",
       {{"-d,--dry-run", "", "only show what would be removed", &Arguments::dry_run},
        {"-y,--yes", "", "accepted for compatibility with conda; clean never asks",
         &Arguments::yes},
        {"--json", "", "print JSON", &Arguments::json},
        {"-q,--quiet", "", "print nothing", &Arguments::quiet}}},
      GeneralOptions()};
  return command;
}

Command CompletionScript() {
  Command command;
  command.run = &RunCompletion;
  command.name = "completion";
  command.positional = "SHELL";
  command.summary = "Print a completion script for bash, zsh or fish.";
  command.examples = "satchel completion bash > ~/.local/share/bash-completion/completions/satchel";
  command.groups = {GeneralOptions()};
  command.positional_values = "bash|zsh|fish";
  return command;
}

Command Manual() {
  Command command;
  command.run = &RunManual;
  command.name = "man";
  command.summary = "Print the manual page.";
  command.examples = "satchel man | man -l -";
  command.groups = {GeneralOptions()};
  return command;
}

Command ListCommands() {
  Command command;
  command.run = &RunCommands;
  command.name = "commands";
  command.summary = "List the commands.";
  command.groups = {{"Options", {{"--json", "", "print JSON", &Arguments::json}}},
                    GeneralOptions()};
  return command;
}

Command Notices() {
  Command command;
  command.run = &RunNotices;
  command.name = "notices";
  command.summary = "Accepted for compatibility with conda; satchel fetches no notices.";
  command.groups = {{"Options", {{"--json", "", "print JSON", &Arguments::json}}},
                    GeneralOptions()};
  return command;
}

std::vector<Command> PlanCommands() {
  return {Solve(),       Explain(),      Why(),          WhyNot(),       Verify(),
          LockCommand(), BatchCommand(), AuditCommand(), ImpactCommand()};
}

std::vector<Command> QueryCommands() {
  return {SearchCommand(), RepoqueryCommand("search"), RepoqueryCommand("depends"),
          RepoqueryCommand("whoneeds"), ConfigCommand()};
}

}  // namespace

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> all = {Program()};
    for (const auto& part : {ChangeCommands(), PlanCommands(), QueryCommands(),
                             EnvironmentCommands(), ShellCommands()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    all.insert(all.end(), {Info(), IndexChannels(), Clean()});
    for (const auto& part : {CorpusCommands(), BenchCommands()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    all.insert(all.end(), {CompletionScript(), Manual(), ListCommands(), Notices()});
    return all;
  }();
  return commands;
}

const Command* FindCommand(std::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) {
      return &command;
    }
  }
  return nullptr;
}

std::vector<const Command*> CommandsOf(std::string_view group) {
  std::vector<const Command*> commands;
  const std::string beginning = std::string(group) + " ";
  for (const Command& command : Commands()) {
    if (!group.empty() && command.name.starts_with(beginning)) {
      commands.push_back(&command);
    }
  }
  return commands;
}

std::vector<std::string> OptionNames(const Option& option) {
  std::vector<std::string> names;
  for (const std::string_view name : Split(option.names, ',')) {
    names.emplace_back(name);
  }
  return names;
}

}  // namespace satchel
