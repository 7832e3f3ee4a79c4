// The commands of `satchel bench`, for the table in commands.cc.

#include "tools/cli/commands.h"
#include "tools/cli/option_groups.h"
#include "tools/cli/run.h"

namespace satchel {
namespace {

using enum Completion;

OptionGroup WhatToMeasure() {
  return {"What to measure",
          {
              {"--solver", "SOLVER",
               "satchel, py-rattler, solv, micromamba, mamba, conda, conda-classic, conda-rattler, "
               "pixi; LABEL=satchel:PROGRAM is another satchel, LABEL=COMMAND any adapter; repeat "
               "it (default: satchel)",
               "", kNothing, &Arguments::solvers},
              {"--only", "WORD", "only problems with this tag, or with this in their name", "",
               kNothing, &Arguments::picks},
              {"--repetitions", "N", "how often each (default 1)", "", kNothing,
               &Arguments::repetitions},
              {"--timeout", "SECONDS", "for each problem (default 60)", "", kNothing,
               &Arguments::timeout},
              {"--seed", "S", "of the order (default 1)", "", kNothing, &Arguments::seed},
              {"--shard", "I/N", "only the I-th of N parts, counted from 0", "", kNothing,
               &Arguments::shard},
          }};
}

OptionGroup HowToMeasure() {
  return {
      "How",
      {
          {"--mode", "MODE",
           "fresh: an adapter's process for each measurement; reload (default): adapters stay "
           "but load the channels each time; in-process: they keep them",
           "fresh|reload|in-process", kNothing, &Arguments::mode},
          {"--cache", "STATE",
           "warm (default), or cold: without what solvers and system keep between runs",
           "warm|cold", kNothing, &Arguments::cache},
          {"--warm-ups", "N", "unmeasured solves at first (default 1)", "", kNothing,
           &Arguments::warm_ups},
          {"--cpu", "N", "all on this processor", "", kNothing, &Arguments::cpu},
          {"--instructions", "TOOL",
           "also count the instructions of solvers that can be run under it", "callgrind|perf",
           kNothing, &Arguments::instructions},
          {"--engine", "ENGINE",
           "local (default), or slurm: the shards as a job array, which needs sbatch and a file "
           "system that all machines see",
           "local|slurm", kNothing, &Arguments::engine},
          {"--shards", "N", "how many tasks the job array has (default 4)", "", kNothing,
           &Arguments::shards},
          {"--work", "DIR", "where made-up channels are kept", "", kDirectory, &Arguments::work},
      }};
}

Command BenchRun() {
  Command command;
  command.name = "bench run";
  command.run = &RunBenchRun;
  command.positional = "MANIFEST...";
  command.summary = "Measure solvers side by side on the problems of a corpus.";
  command.details =
      "Each problem is put to each solver, in random order but one solver directly after the "
      "other.\n"
      "Results are written as they come, a JSON line each (docs/bench.md); an interrupted run\n"
      "goes on with --resume.";
  command.examples =
      "satchel bench run corpora/manifests/everyday.yaml --solver satchel --solver py-rattler "
      "-o run.jsonl\n"
      "satchel bench report run.jsonl";
  command.groups = {
      WhatToMeasure(),
      HowToMeasure(),
      {"Output",
       {{"-o,--output", "FILE", "the result file", "", kFile, &Arguments::output},
        {"--no-judge", "", "do not compare the other solvers' plans with the best one", "",
         kNothing, &Arguments::no_judge},
        {"--resume", "", "go on with FILE if it is there", "", kNothing, &Arguments::resume},
        {"-q,--quiet", "", "no progress and no summary", "", kNothing, &Arguments::quiet}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchReport() {
  Command command;
  command.name = "bench report";
  command.run = &RunBenchReport;
  command.positional = "RESULTS...";
  command.summary = "Sum up a run in Markdown, or as a page with charts.";
  command.details = "Of several runs the page shows the last in detail and all of them as history.";
  command.examples =
      "satchel bench report run.jsonl --every-problem\n"
      "satchel bench report old.jsonl new.jsonl --html report.html";
  command.groups = {
      {"Options",
       {{"--ours", "SOLVER", "whom the others are compared with (default: the first)", "", kNothing,
         &Arguments::ours},
        {"--every-problem", "", "also a line for each problem", "", kNothing,
         &Arguments::every_problem},
        {"--html", "FILE", "write one page that needs nothing else", "", kFile, &Arguments::html}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchCompare() {
  Command command;
  command.name = "bench compare";
  command.run = &RunBenchCompare;
  command.positional = "BASE [NEW]";
  command.summary = "Tell whether a run is slower than another, noise aside.";
  command.details =
      "With one file it compares two solvers of that run, --base-solver and --new-solver: what "
      "the\n"
      "machine did meanwhile then touched both alike. Exit code 1: a regression, which is a time\n"
      "that is surely greater by the threshold, of the whole or of any problem, or an answer that\n"
      "is wrong or another than before. Where instructions were counted in both, they decide.";
  command.examples =
      "satchel bench compare base.jsonl new.jsonl\n"
      "satchel bench run corpora/manifests/embedded-random.yaml --solver new=satchel:./satchel \\\n"
      "  --solver old=satchel:/usr/bin/satchel --repetitions 10 -o run.jsonl\n"
      "satchel bench compare run.jsonl --base-solver old --new-solver new";
  command.groups = {
      {"Options",
       {{"--base-solver", "LABEL", "whose times of BASE (default: its first solver)", "", kNothing,
         &Arguments::base_solver},
        {"--new-solver", "LABEL", "whose times of NEW (default: its first solver)", "", kNothing,
         &Arguments::new_solver},
        {"--metric", "METRIC", "what to compare (default: total)", "total|solve|load|memory",
         kNothing, &Arguments::metric},
        {"--threshold", "PERCENT", "smaller changes are of no interest (default: 2.5)", "",
         kNothing, &Arguments::threshold},
        {"--every-problem", "", "also list problems without a change", "", kNothing,
         &Arguments::every_problem}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchMerge() {
  Command command;
  command.name = "bench merge";
  command.run = &RunBenchMerge;
  command.positional = "RESULTS...";
  command.summary = "Put the results of the shards of a run together.";
  command.examples = "satchel bench merge shard-*.jsonl -o run.jsonl";
  command.groups = {
      {"Options", {{"-o,--output", "FILE", "the result file", "", kFile, &Arguments::output}}},
      GeneralOptions()};
  command.completion = kFile;
  return command;
}

Command BenchAdapter() {
  Command command;
  command.name = "bench adapter";
  command.run = &RunBenchAdapter;
  command.summary = "Be satchel's own adapter, for 'bench run' and other harnesses.";
  command.details = "Reads requests and writes replies, a JSON line each (docs/bench.md).";
  command.examples = "echo '{\"op\": \"hello\"}' | satchel bench adapter";
  command.groups = {{"Options",
                     {{"--program", "FILE", "the satchel to run (default: this one)", "", kFile,
                       &Arguments::program}}},
                    GeneralOptions()};
  return command;
}

}  // namespace

std::vector<Command> BenchCommands() {
  return {BenchRun(), BenchCompare(), BenchReport(), BenchMerge(), BenchAdapter()};
}

}  // namespace satchel
