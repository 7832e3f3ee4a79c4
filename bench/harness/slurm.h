#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

struct SlurmRun {
  std::vector<std::string> command;  // Of one shard: a `satchel bench run` without -o and --shard.
  int num_shards = 1;
  std::string output;  // The merged results; what the shards write is kept in <output>.slurm/.
};

// The script of the job array: task I measures shard I, and goes on where it was if it is requeued.
std::string SlurmScript(const SlurmRun& run);

// Submits the shards as one job array (`sbatch --wait`), waits for it and merges the results.
// Called again it repeats only what is missing. Errors: kNotFound if there is no sbatch;
// kUnavailable if a task failed, with where its log is; those of MergeResults.
[[nodiscard]] absl::Status RunOnSlurm(const SlurmRun& run);

}  // namespace satchel
