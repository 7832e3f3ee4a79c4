// The commands of `satchel corpus`, for the table in commands.cc.

#include "tools/cli/framework/commands.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

Option Work() {
  return {"--work",         "DIR", "the directory for generated channels and copies of channels",
          &Arguments::work, "",    kDirectory};
}
Option Only() {
  return {"--only", "NAME", "the problem: its name, or a unique part of it", &Arguments::picks};
}
Option Output(std::string_view help) {
  return {"-o,--output", "DIR", help, &Arguments::output, "", kDirectory};
}

Command CorpusGenerate() {
  Command command;
  command.run = &RunCorpusGenerate;
  command.name = "corpus generate";
  command.summary = "Generate a channel of any size, to measure on.";
  command.details = "The same numbers give the same bytes on every machine.";
  command.examples = "satchel corpus generate --records 100000 --seed 1 -o big";
  command.groups = {
      {"Options",
       {{"--records", "N",
         "the number of package records in both subdirs together (default 100000)",
         &Arguments::records},
        {"--seed", "S", "selects one of all such channels (default 1)", &Arguments::seed},
        {"--v3", "PERCENT", "so many of the .conda records are of repodata v3 (default 0)",
         &Arguments::v3_percent},
        {"-o,--output", "DIR",
         "where to write DIR/linux-64/repodata.json and DIR/noarch/repodata.json",
         &Arguments::output, "", kDirectory}}},
      GeneralOptions()};
  return command;
}

Command OfManifests(std::string_view name, std::string_view summary, std::string_view examples,
                    absl::StatusOr<ExitCode> (*run)(const Arguments&)) {
  Command command;
  command.name = name;
  command.positional = "MANIFEST...";
  command.summary = summary;
  command.examples = examples;
  command.groups = {{"Options", {Work()}}, GeneralOptions()};
  command.completion = kFile;
  command.run = run;
  return command;
}

Command Slice() {
  Command command = OfManifests(
      "corpus slice", "Cut out the part of the channels that matters.",
      "satchel corpus slice everyday.yaml --only everyday/numpy -o numpy-case", &RunCorpusSlice);
  command.details =
      "Keeps all records of the names that the problem can reach, so the answers stay the same.\n"
      "Writes the channels and a manifest.yaml to DIR.";
  command.groups = {
      {"Options", {Only(), Output("where to write the channels and the manifest"), Work()}},
      GeneralOptions()};
  return command;
}

Command Minimise() {
  Command command =
      OfManifests("corpus minimise", "Find the smallest case that is still slow, or still fails.",
                  "satchel corpus minimise everyday.yaml --only everyday/twelve --slower 100 -o x",
                  &RunCorpusMinimise);
  command.details =
      "Omits specs, package names and records as long as the solver's answer has the --status and\n"
      "takes the time of --slower. The result is minimal: omitting any more changes that.";
  command.groups = {
      {"Options",
       {Only(),
        {"--solver", "SOLVER", "as in 'bench run' (default: satchel)", &Arguments::solvers},
        {"--status", "STATUS", "the status that the solver must still return", &Arguments::status,
         "solved|unproven|unsatisfiable|timeout|unsupported|error"},
        {"--slower", "MS", "the time that it must still take", &Arguments::slower},
        {"--timeout", "SECONDS", "for each check (default 60)", &Arguments::timeout},
        Output("where to write the channels and the manifest"),
        Work()}},
      GeneralOptions()};
  return command;
}

Command Import() {
  Command command;
  command.name = "corpus import";
  command.run = &RunCorpusImport;
  command.positional = "FILE";
  command.summary = "Turn an existing environment into a benchmark problem.";
  command.details =
      "FILE is an environment.yml, a text file of specs, an @EXPLICIT file, a conda-lock.yml, a\n"
      "pixi.lock, or the directory of an environment.";
  command.examples = "satchel corpus import pixi.lock -c /srv/channels/conda-forge -o problem.yaml";
  command.groups = {
      {"Options",
       {{"-c,--channel", "DIR", "a channel of the problem; repeat it for more",
         &Arguments::channels, "", kDirectory},
        {"--platform", "PLATFORM", "the platform of the packages (default: this machine's)",
         &Arguments::platform},
        {"-o,--output", "MANIFEST", "the manifest to write", &Arguments::output, "", kFile}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

}  // namespace

std::vector<Command> CorpusCommands() {
  return {CorpusGenerate(),
          OfManifests("corpus list", "List the problems of a corpus.",
                      "satchel corpus list corpora/manifests/everyday.yaml", &RunCorpusList),
          OfManifests("corpus verify",
                      "Check a corpus: its form, the hashes of its channels, its specs.",
                      "satchel corpus verify corpora/manifests/*.yaml", &RunCorpusVerify),
          OfManifests("corpus fetch", "Download the missing channels of a corpus.",
                      "satchel corpus fetch my-corpus.yaml", &RunCorpusFetch),
          Import(),
          Slice(),
          Minimise()};
}

}  // namespace satchel
