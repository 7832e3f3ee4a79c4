// The commands of `satchel bench`, for the table in commands.cc.

#include "tools/cli/framework/commands.h"
#include "tools/cli/framework/option_groups.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

using enum Completion;

OptionGroup WhatToMeasure() {
  return {
      "What to measure",
      {
          {"--solver", "SOLVER",
           "satchel, satchel-sat, py-rattler, libsolv, micromamba, mamba, conda, conda-classic, "
           "conda-rattler, "
           "pixi; LABEL=satchel:PROGRAM is another satchel, LABEL=COMMAND any adapter; repeat "
           "it (default: satchel)",
           &Arguments::solvers},
          {"--only", "WORD", "only problems with this tag, or this text in their name",
           &Arguments::picks},
          {"--repetitions", "N", "how often to measure each (default 1)", &Arguments::repetitions},
          {"--timeout", "SECONDS", "for each problem (default 60)", &Arguments::timeout},
          {"--seed", "S", "of the order (default 1)", &Arguments::seed},
          {"--shard", "I/N", "only the I-th of N parts, counted from 0", &Arguments::shard},
      }};
}

OptionGroup HowToMeasure() {
  return {
      "How",
      {
          {"--mode", "MODE",
           "fresh: an adapter's process for each measurement; reload (default): adapters stay "
           "but load the channels each time; in-process: they keep them",
           &Arguments::mode, "fresh|reload|in-process"},
          {"--cache", "STATE", "warm (default), or cold: without the caches of solvers and system",
           &Arguments::cache, "warm|cold"},
          {"--warm-ups", "N", "unmeasured solves at the start (default 1)", &Arguments::warm_ups},
          {"--cpu", "N", "all on this processor", &Arguments::cpu},
          {"--instructions", "TOOL", "also count instructions, for solvers that can run under it",
           &Arguments::instructions, "callgrind|perf"},
          {"--engine", "ENGINE",
           "local (default), or slurm: the shards as a job array, which needs sbatch and a file "
           "system that all machines share",
           &Arguments::engine, "local|slurm"},
          {"--shards", "N", "how many tasks the job array has (default 4)", &Arguments::shards},
          {"--work", "DIR", "the directory for generated channels", &Arguments::work, "",
           kDirectory},
      }};
}

Command BenchRun() {
  Command command;
  command.name = "bench run";
  command.run = &RunBenchRun;
  command.positional = "MANIFEST...";
  command.summary = "Benchmark solvers side by side on the problems of a corpus.";
  command.details =
      "Every solver solves every problem, in random order, the solvers of a problem directly "
      "after\n"
      "one another. Results are written as they arrive, one JSON line each (docs/bench.md);\n"
      "--resume continues an interrupted run.";
  command.examples =
      "satchel bench run corpora/manifests/everyday.yaml -o run.jsonl \\\n"
      "  --solver satchel --solver py-rattler\n"
      "satchel bench report run.jsonl";
  command.groups = {
      WhatToMeasure(),
      HowToMeasure(),
      {"Output",
       {{"-o,--output", "FILE", "the result file", &Arguments::output, "", kFile},
        {"--no-judge", "", "do not compare the other solvers' plans with the best one",
         &Arguments::no_judge},
        {"--resume", "", "continue FILE if it exists", &Arguments::resume},
        {"-q,--quiet", "", "no progress and no summary", &Arguments::quiet}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchReport() {
  Command command;
  command.name = "bench report";
  command.run = &RunBenchReport;
  command.positional = "RESULTS...";
  command.summary = "Summarise a run in Markdown, or as a page with charts.";
  command.details =
      "For several runs, the page shows the last in detail and all of them as history.";
  command.examples =
      "satchel bench report run.jsonl --every-problem\n"
      "satchel bench report old.jsonl new.jsonl --html report.html";
  command.groups = {
      {"Options",
       {{"--ours", "SOLVER", "the solver to compare the others with (default: the first)",
         &Arguments::ours},
        {"--every-problem", "", "also a line for each problem", &Arguments::every_problem},
        {"--html", "FILE", "write one self-contained page", &Arguments::html, "", kFile}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchCompare() {
  Command command;
  command.name = "bench compare";
  command.run = &RunBenchCompare;
  command.positional = "BASE [NEW]";
  command.summary = "Check whether a run is slower than another, beyond noise.";
  command.details =
      "With one file it compares two solvers of that run, --base-solver and --new-solver: load on "
      "the\n"
      "machine then affects both alike. Exit code 1: a regression, which is a time significantly\n"
      "longer by the threshold, of the whole or of any problem, or an answer that is wrong or\n"
      "different from before. If both counted instructions, these decide.";
  command.examples =
      "satchel bench compare base.jsonl new.jsonl\n"
      "satchel bench run corpora/manifests/embedded-random.yaml --repetitions 10 \\\n"
      "  --solver new=satchel:./satchel --solver old=satchel:/bin/satchel -o r.jsonl\n"
      "satchel bench compare run.jsonl --base-solver old --new-solver new";
  command.groups = {
      {"Options",
       {{"--base-solver", "LABEL", "the solver in BASE (default: its first)",
         &Arguments::base_solver},
        {"--new-solver", "LABEL", "the solver in NEW (default: its first)", &Arguments::new_solver},
        {"--metric", "METRIC", "what to compare (default: total)", &Arguments::metric,
         "total|solve|load|memory"},
        {"--threshold", "PERCENT", "ignore smaller changes (default: 2.5)", &Arguments::threshold},
        {"--every-problem", "", "also list problems without a change", &Arguments::every_problem}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchMerge() {
  Command command;
  command.name = "bench merge";
  command.run = &RunBenchMerge;
  command.positional = "RESULTS...";
  command.summary = "Merge the results of the shards of a run.";
  command.examples = "satchel bench merge shard-*.jsonl -o run.jsonl";
  command.groups = {
      {"Options", {{"-o,--output", "FILE", "the result file", &Arguments::output, "", kFile}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchAdapter() {
  Command command;
  command.name = "bench adapter";
  command.run = &RunBenchAdapter;
  command.summary = "Act as satchel's adapter for 'bench run' and other harnesses.";
  command.details = "Reads requests and writes replies, one JSON line each (docs/bench.md).";
  command.examples = "echo '{\"op\": \"hello\"}' | satchel bench adapter";
  command.groups = {
      {"Options",
       {{"--program", "FILE", "the satchel to run (default: this one)", &Arguments::program, "",
         kFile},
        {"--engine", "NAME", "auto (default) or sat", &Arguments::engine, "auto|sat"}}},
      GeneralOptions()};
  return command;
}

}  // namespace

std::vector<Command> BenchCommands() {
  return {BenchRun(), BenchCompare(), BenchReport(), BenchMerge(), BenchAdapter()};
}

}  // namespace satchel
