#include "bench/harness/slurm.h"

#include <filesystem>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "base/status_macros.h"
#include "bench/harness/child_process.h"
#include "bench/harness/result_file.h"
#include "frontend/files.h"

namespace satchel {
namespace {

constexpr double kLongestS = 30 * 24 * 3600;

std::string Quoted(const std::string& word) {
  return "'" + absl::StrReplaceAll(word, {{"'", "'\\''"}}) + "'";
}

std::string Directory(const SlurmRun& run) {
  return AbsolutePath(run.output) + ".slurm";
}

}  // namespace

std::string SlurmScript(const SlurmRun& run) {
  std::string script = "#!/bin/sh\nexec";
  for (const std::string& word : run.command) {
    script += " " + Quoted(word);
  }
  return script + absl::StrFormat(
                      " --resume --quiet --shard \"$SLURM_ARRAY_TASK_ID/%d\" --output "
                      "%s/shard-\"$SLURM_ARRAY_TASK_ID\".jsonl\n",
                      run.num_shards, Quoted(Directory(run)));
}

absl::Status RunOnSlurm(const SlurmRun& run) {
  const std::string directory = Directory(run);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  RETURN_IF_ERROR(WriteFile(directory + "/job.sh", SlurmScript(run)));
  ProcessOptions options;
  options.argv = {"sbatch",
                  "--wait",
                  "--job-name=satchel-bench",
                  absl::StrFormat("--array=0-%d", run.num_shards - 1),
                  "--output=" + directory + "/task-%a.log",
                  directory + "/job.sh"};
  options.quiet = false;
  const absl::StatusOr<ProcessEnd> end = RunProcess(options, kLongestS, nullptr);
  if (absl::IsNotFound(end.status())) {
    return absl::NotFoundError(
        "no sbatch here: without Slurm, measure each part with --shard I/N and merge them with "
        "'satchel bench merge'");
  }
  RETURN_IF_ERROR(end.status());
  if (end->exit_code != 0) {
    return absl::UnavailableError(absl::StrFormat(
        "a task failed; %s/task-*.log say why. The same command again repeats what is missing",
        directory));
  }
  std::vector<std::string> shards;
  for (int i = 0; i < run.num_shards; ++i) {
    shards.push_back(absl::StrFormat("%s/shard-%d.jsonl", directory, i));
    if (!std::filesystem::exists(shards.back())) {
      return absl::UnavailableError(absl::StrFormat(
          "task %d was cancelled before it began. The same command again repeats what is missing",
          i));
    }
  }
  ASSIGN_OR_RETURN(const std::string merged, MergeResults(shards));
  return WriteFile(run.output, merged);
}

}  // namespace satchel
