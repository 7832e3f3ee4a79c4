#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

struct SlurmRun {
  std::vector<std::string> command;  // For one shard: a `satchel bench run` without -o and --shard.
  int num_shards = 1;
  std::string output;  // The merged results; the shards' output is in <output>.slurm/.
};

// The script of the job array: task I measures shard I, and continues where it was if it is
// requeued.
std::string SlurmScript(const SlurmRun& run);

// Submits the shards as one job array (`sbatch --wait`), waits for it and merges the results. A
// second call repeats only what is missing. Errors: kNotFound if there is no sbatch; kUnavailable
// if a task failed, with the location of its log; those of MergeResults.
[[nodiscard]] absl::Status RunOnSlurm(const SlurmRun& run);

}  // namespace satchel
