#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// A part of a run, for one of several machines: number `index` of `count`.
struct RunShard {
  int index = 0;
  int count = 1;
};
// "2/8", counted from 0. Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<RunShard> ParseShard(const std::string& text);

// One measurement: indexes of a problem and of a solver.
struct Turn {
  int problem;
  int solver;
  int repetition;
};

// All measurements of a shard, in random order, but the same for the same seed: shuffles the
// problems in each round, and the solvers within a problem, which run directly one after the other,
// so that changes on the machine affect all solvers alike. With `by_channel`, the problems of a
// channel stay together, so that solvers which keep a channel loaded need not read it each time.
std::vector<Turn> MakeSchedule(const std::vector<Problem>& problems, int num_solvers,
                               int repetitions, std::uint64_t seed, RunShard shard,
                               bool by_channel);

}  // namespace satchel
