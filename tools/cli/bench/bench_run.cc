#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/corpus/manifest.h"
#include "bench/harness/run.h"
#include "bench/harness/slurm.h"
#include "bench/report/summary.h"
#include "frontend/files.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/numbers.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/framework/work_directory.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

absl::StatusOr<std::vector<Problem>> ReadProblems(const Arguments& arguments, std::string* corpus) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "which problems? name a manifest, such as corpora/manifests/everyday.yaml");
  }
  std::vector<Problem> problems;
  for (const std::string& path : arguments.positional) {
    ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(path, {WorkDirectory(arguments)}));
    RETURN_IF_ERROR(PrepareChannels(manifest));
    ASSIGN_OR_RETURN(std::vector<Problem> more, AllProblems(manifest));
    *corpus += (corpus->empty() ? "" : "+") + manifest.name;
    for (Problem& problem : more) {
      if (IsPicked(problem, arguments.picks)) {
        problems.push_back(std::move(problem));
      }
    }
  }
  if (problems.empty()) {
    return absl::InvalidArgumentError("no problem is left to measure");
  }
  return problems;
}

absl::StatusOr<RunOptions> ReadRunOptions(const Arguments& arguments) {
  RunOptions options;
  options.output = arguments.output;
  options.resume = arguments.resume;
  options.cold = arguments.cache == "cold";
  options.mode = arguments.mode == "fresh"        ? RunMode::kFresh
                 : arguments.mode == "in-process" ? RunMode::kInProcess
                                                  : RunMode::kReload;
  options.instructions = arguments.instructions;
  std::int64_t timeout = 60;
  RETURN_IF_ERROR(ParseNumber("--repetitions", arguments.repetitions, &options.repetitions));
  RETURN_IF_ERROR(ParseNumber("--warm-ups", arguments.warm_ups, &options.warm_ups));
  RETURN_IF_ERROR(ParseNumber("--seed", arguments.seed, &options.seed));
  RETURN_IF_ERROR(ParseNumber("--cpu", arguments.cpu, &options.processor));
  RETURN_IF_ERROR(ParseNumber("--timeout", arguments.timeout, &timeout));
  options.timeout_s = static_cast<double>(timeout);
  if (!arguments.shard.empty()) {
    ASSIGN_OR_RETURN(options.shard, ParseShard(arguments.shard));
  }
  if (options.output.empty()) {
    return absl::InvalidArgumentError("where to write the results? give -o FILE");
  }
  return options;
}

std::string Duration(double seconds) {
  const auto whole = static_cast<int>(seconds + 0.5);
  return whole < 60     ? absl::StrFormat("%d s", whole)
         : whole < 3600 ? absl::StrFormat("%d min %02d s", whole / 60, whole % 60)
                        : absl::StrFormat("%d h %02d min", whole / 3600, whole / 60 % 60);
}

std::string ProgressText(const RunProgress& progress) {
  constexpr int kWidth = 20;
  const int filled = progress.total == 0 ? 0 : kWidth * progress.done / progress.total;
  return absl::StrFormat("[%s%s] %d/%d, %s left, %s,", std::string(filled, '#'),
                         std::string(kWidth - filled, '.'), progress.done, progress.total,
                         progress.left_s == 0 ? "?" : Duration(progress.left_s), progress.now);
}

// The same run as words, but for its output and its part.
std::vector<std::string> ShardCommand(const Arguments& arguments) {
  std::vector<std::string> words = {FindAdapterPlaces().program, "bench", "run"};
  for (const std::string& manifest : arguments.positional) {
    words.push_back(AbsolutePath(manifest));
  }
  const auto add = [&words](const char* option, const std::string& value) {
    if (!value.empty()) {
      words.insert(words.end(), {option, value});
    }
  };
  for (const std::string& solver : arguments.solvers) {
    add("--solver", solver);
  }
  for (const std::string& pick : arguments.picks) {
    add("--only", pick);
  }
  add("--repetitions", arguments.repetitions);
  add("--timeout", arguments.timeout);
  add("--seed", arguments.seed);
  add("--mode", arguments.mode);
  add("--cache", arguments.cache);
  add("--warm-ups", arguments.warm_ups);
  add("--cpu", arguments.cpu);
  add("--instructions", arguments.instructions);
  if (arguments.no_judge) {
    words.emplace_back("--no-judge");
  }
  add("--work", arguments.work.empty() ? "" : AbsolutePath(arguments.work));
  return words;
}

absl::Status PrintSummary(const Arguments& arguments, const std::string& ours) {
  if (arguments.quiet) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const RunResults results, ReadResults(arguments.output));
  return Print(SummaryText(results, ours, /*every_problem=*/false));
}

}  // namespace

absl::StatusOr<ExitCode> RunBenchRun(const Arguments& arguments) {
  ASSIGN_OR_RETURN(RunOptions options, ReadRunOptions(arguments));
  const AdapterPlaces places = FindAdapterPlaces();
  std::vector<Solver> solvers;
  for (const std::string& text :
       arguments.solvers.empty() ? std::vector<std::string>{"satchel"} : arguments.solvers) {
    ASSIGN_OR_RETURN(Solver solver, ParseSolver(text, places));
    solvers.push_back(std::move(solver));
  }
  ASSIGN_OR_RETURN(const std::vector<Problem> problems, ReadProblems(arguments, &options.corpus));
  const std::string ours = solvers.front().label;
  if (arguments.engine == "slurm") {
    SlurmRun run = {ShardCommand(arguments), 4, options.output};
    RETURN_IF_ERROR(ParseNumber("--shards", arguments.shards, &run.num_shards));
    RETURN_IF_ERROR(RunOnSlurm(run));
    RETURN_IF_ERROR(PrintSummary(arguments, ours));
    return kExitOk;
  }
  if (!arguments.no_judge) {
    ASSIGN_OR_RETURN(options.judge, ParseSolver("satchel", places));
  }
  const InterruptGuard interrupt;
  options.cancelled = interrupt.flag();
  {
    ProgressLine line(!arguments.quiet);
    RETURN_IF_ERROR(RunBenchmark(
        problems, std::move(solvers), options,
        [&line](const RunProgress& progress) { line.SetPhase(ProgressText(progress)); }));
  }
  RETURN_IF_ERROR(PrintSummary(arguments, ours));
  return kExitOk;
}

}  // namespace satchel
