#include "tools/cli/commands.h"

#include "base/strings.h"

namespace satchel {
namespace {

using enum Completion;

OptionGroup Wanted() {
  return {
      "What is wanted",
      {
          {"-f,--file", "FILE",
           "also what FILE asks for: an environment.yml, or a text file with a "
           "spec (or, after @EXPLICIT, a URL) a line; may be repeated",
           "", kFile, &Arguments::files},
          {"--remove", "NAME", "take a package (and what needs it) out of the environment", "",
           kNothing, &Arguments::remove},
          {"--pin", "SPEC", "whatever of this name is in the plan must match SPEC", "", kNothing,
           &Arguments::pins},
          {"--update-all", "", "prefer the newest of everything to what is installed", "", kNothing,
           &Arguments::update_all},
          {"--prune", "", "let go what nothing asks for any more", "", kNothing, &Arguments::prune},
          {"--no-deps", "", "only the packages named, whatever they need", "", kNothing,
           &Arguments::no_deps},
          {"--only-deps", "", "only what the packages named need", "", kNothing,
           &Arguments::only_deps},
      }};
}

OptionGroup Sources() {
  return {"Where packages come from",
          {
              {"-c,--channel", "CHANNEL",
               "a directory with SUBDIR/repodata.json (or .json.zst, "
               ".json.bz2), its file:// URL, or a repodata file; repeat it for more channels, the "
               "most preferred first",
               "", kDirectory, &Arguments::channels},
              {"--override-channels", "",
               "only the channels of -c, not those of a --file or of specs such as bioconda::blast",
               "", kNothing, &Arguments::override_channels},
              {"--channel-alias", "DIR",
               "the directory of channels given by name: conda-forge is "
               "DIR/conda-forge",
               "", kDirectory, &Arguments::channel_alias},
              {"--channel-priority", "MODE",
               "strict: a name in one channel hides it in those after; "
               "flexible (default): an earlier channel weighs more than a newer version; disabled: "
               "a newer version weighs more",
               "strict|flexible|disabled", kNothing, &Arguments::channel_priority},
              {"--platform", "PLATFORM",
               "solve for another platform (linux-64, osx-arm64, win-64, ...)", "", kNothing,
               &Arguments::platform},
              {"--exclude-newer", "DATE",
               "nothing built after DATE: 2024-05-31 (that day included), "
               "2024-05-31T12:00:00Z, or an age such as 7d, 2w, 6m, 1y",
               "", kNothing, &Arguments::exclude_newer},
          }};
}

OptionGroup Environment() {
  return {"The environment to change (without one, a new one is planned)",
          {
              {"-p,--prefix", "DIR", "the environment in DIR", "", kDirectory, &Arguments::prefix},
              {"--installed", "FILE", "the environment that an @EXPLICIT file describes", "", kFile,
               &Arguments::installed},
          }};
}

OptionGroup How() {
  return {
      "How to solve",
      {
          {"--objective", "NAME",
           "newest (default): the packages named as new as they can be "
           "together, then what they need; ordered: the first named first; lowest; lowest-direct; "
           "fewest-changes",
           "newest|ordered|lowest|lowest-direct|fewest-changes", kNothing, &Arguments::objective},
          {"--timeout", "SECONDS",
           "after this time print the best plan found, marked as not proven", "", kNothing,
           &Arguments::timeout},
          {"--certify", "", "prove each level of the optimum a second time, from scratch", "",
           kNothing, &Arguments::certify},
          {"--proof", "FILE",
           "if there is no plan: write the clauses (FILE.cnf) and a proof "
           "(FILE.frat) that other programs can check",
           "", kFile, &Arguments::proof},
      }};
}

OptionGroup Output() {
  return {"Output",
          {
              {"--json", "", "print conda's transaction in JSON (docs/json.md)", "", kNothing,
               &Arguments::json},
              {"--explicit", "", "print an @EXPLICIT file of URLs with hashes", "", kNothing,
               &Arguments::explicit_file},
              {"--export", "FILE",
               "write an environment.yml with exact versions (- for standard output)", "", kFile,
               &Arguments::export_file},
              {"-q,--quiet", "", "nothing but the plan: no notes, progress or times", "", kNothing,
               &Arguments::quiet},
              {"-v,--verbose", "", "also the levels of the optimum and how it was found", "",
               kNothing, &Arguments::verbose},
          }};
}

OptionGroup General() {
  return {"General", {{"-h,--help", "", "print this help", "", kNothing, &Arguments::help}}};
}

Command Program() {
  Command command;
  command.summary = "A dependency solver for conda packages whose plan is provably the best.";
  command.details =
      "Exit codes: 0 a plan was printed (not proven best if a timeout cut it short, which is then\n"
      "said); 1 unsatisfiable, or a plan that does not verify; 2 bad input; 3 a timeout before "
      "any\n"
      "plan; 4 a file could not be read or written; 5 an internal error; 130 interrupted.\n"
      "\n"
      "Environment variables: CONDA_SUBDIR (the platform), CONDA_OVERRIDE_CUDA, _CUDA_ARCH, "
      "_GLIBC,\n"
      "_LINUX, _OSX, _WIN, _ARCHSPEC (virtual packages), NO_COLOR.";
  command.examples =
      "satchel solve python=3.12 numpy pandas -c /srv/channels/conda-forge\n"
      "satchel solve --file environment.yml --channel-alias /srv/channels --explicit > lock.txt\n"
      "satchel info";
  command.groups = {
      {"General",
       {{"-h,--help", "", "print help; 'satchel COMMAND --help' for a command's", "", kNothing,
         &Arguments::help},
        {"-V,--version", "", "print the version", "", kNothing, &Arguments::version}}}};
  return command;
}

Command Solve() {
  Command command;
  command.name = "solve";
  command.positional = "SPEC...";
  command.summary = "Find the best set of packages for what is asked.";
  command.details =
      "SPEC is a conda match spec: numpy, numpy=1.26, 'numpy>=1.26,<2', conda-forge::numpy,\n"
      "'pytorch=2.*=*cuda*', 'blas[build=*mkl]'. Quote what your shell would interpret.\n"
      "Nothing is installed or changed.";
  command.examples =
      "satchel solve python=3.12 numpy pandas -c /srv/channels/conda-forge\n"
      "satchel solve 'pytorch>=2' -c /srv/pytorch -c /srv/conda-forge --channel-priority strict\n"
      "satchel solve -f environment.yml --channel-alias /srv/channels --platform osx-arm64\n"
      "satchel solve numpy=2 --prefix ~/envs/work -c /srv/channels/conda-forge\n"
      "satchel solve jupyterlab -c /srv/channels/conda-forge --explicit > lock.txt";
  command.groups = {Wanted(), Sources(), Environment(), How(), Output(), General()};
  return command;
}

Command Verify() {
  Command command;
  command.name = "verify";
  command.positional = "PLAN [SPEC...]";
  command.summary = "Check that a plan is valid for a request.";
  command.details =
      "PLAN is an @EXPLICIT file or the output of 'satchel solve --json' (- for standard input).\n"
      "The rest of the request is given as to 'solve'. Each violation is one line; the exit code "
      "is 1\n"
      "if there is any.";
  command.examples = "satchel verify lock.txt python=3.12 numpy -c /srv/channels/conda-forge";
  OptionGroup output = Output();
  std::erase_if(output.options, [](const Option& option) {
    return option.names == "--explicit" || option.names == "--export";
  });
  command.groups = {Wanted(), Sources(), Environment(), std::move(output), General()};
  command.completion = kFile;
  return command;
}

Command Info() {
  Command command;
  command.name = "info";
  command.summary = "Show the version, the platform and its virtual packages.";
  command.examples = "CONDA_OVERRIDE_CUDA=12.4 satchel info --platform linux-aarch64";
  command.groups = {{"Options",
                     {{"--platform", "PLATFORM", "as a solve for PLATFORM would see it", "",
                       kNothing, &Arguments::platform},
                      {"--json", "", "print JSON", "", kNothing, &Arguments::json}}},
                    General()};
  return command;
}

Command CorpusGenerate() {
  Command command;
  command.name = "corpus generate";
  command.summary = "Write a made-up channel, as large as wanted, to measure on.";
  command.details = "The same numbers give the same bytes on every machine.";
  command.examples = "satchel corpus generate --records 100000 --seed 1 -o /tmp/big";
  command.groups = {
      {"Options",
       {{"--records", "N", "how many package records, of both subdirs together (default 100000)",
         "", kNothing, &Arguments::records},
        {"--seed", "S", "which of all such channels (default 1)", "", kNothing, &Arguments::seed},
        {"-o,--output", "DIR",
         "where to write DIR/linux-64/repodata.json and DIR/noarch/repodata.json", "", kDirectory,
         &Arguments::output}}},
      General()};
  return command;
}

Command CompletionScript() {
  Command command;
  command.name = "completion";
  command.positional = "SHELL";
  command.summary = "Print a completion script for bash, zsh or fish.";
  command.examples = "satchel completion bash > ~/.local/share/bash-completion/completions/satchel";
  command.groups = {General()};
  command.positional_values = "bash|zsh|fish";
  return command;
}

Command Manual() {
  Command command;
  command.name = "man";
  command.summary = "Print the manual page.";
  command.examples = "satchel man | man -l -";
  command.groups = {General()};
  return command;
}

}  // namespace

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      Program(), Solve(), Verify(), Info(), CorpusGenerate(), CompletionScript(), Manual()};
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

std::vector<std::string> OptionNames(const Option& option) {
  std::vector<std::string> names;
  for (const std::string_view name : Split(option.names, ',')) {
    names.emplace_back(name);
  }
  return names;
}

}  // namespace satchel
