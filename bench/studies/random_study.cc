// Random problems of a channel, solved one after the other in this process: whether all end, with a
// plan that is proven to be the best or with an explanation, and how much CPU time that takes.
//
//   random_study CHANNEL-DIRECTORY [COUNT [SEED [SECONDS]]]
//
// The problems are those of `satchel bench run` with `random: {count: COUNT, seed: SEED}`, each
// with a limit of SECONDS (60). The machine is linux-64 with glibc 2.36. Ends with 1 if any failed.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "bench/studies/study.h"
#include "solver/solve.h"

namespace satchel {
namespace {

struct Study {
  std::vector<double> solved_ms;
  std::vector<double> unsatisfiable_ms;  // With the explanation.
  int num_failed = 0;                    // No answer, or a plan that is not proven.
  std::pair<double, std::string> slowest;
};

void SolveOne(const StudyChannel& channel, const std::vector<std::string>& specs, double seconds,
              Study* study) {
  const std::string text = absl::StrJoin(specs, " ");
  const Request request = channel.MakeRequest(specs);
  SolveOptions options;
  options.timeout_seconds = seconds;
  const double start = CpuMs();
  const absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
  const double ms = CpuMs() - start;
  study->slowest = std::max(study->slowest, {ms, text});
  const Plan* const plan = outcome.ok() ? std::get_if<Plan>(&*outcome) : nullptr;
  if (!outcome.ok() || (plan != nullptr && !plan->proven)) {
    ++study->num_failed;
    std::printf("FAILED: %s: %s\n", text.c_str(),
                outcome.ok() ? "not proven" : outcome.status().ToString().c_str());
  } else {
    (plan != nullptr ? study->solved_ms : study->unsatisfiable_ms).push_back(ms);
  }
}

absl::StatusOr<int> Run(const std::string& directory, int count, std::uint64_t seed,
                        double seconds) {
  ASSIGN_OR_RETURN(const StudyChannel channel, StudyChannel::Open(directory));
  const Requirements& requirements = channel.requirements();
  Study study;
  for (int i = 0; i < count; ++i) {
    SolveOne(channel, RandomSpecs(seed, i, requirements), seconds, &study);
  }
  std::printf("%s: %lld records, %zu names; %d problems, seed %llu; %d failed\n", directory.c_str(),
              static_cast<long long>(requirements.num_records), requirements.names.size(), count,
              static_cast<unsigned long long>(seed), study.num_failed);
  PrintHeading("ms of CPU");
  PrintRow("solved and proven", study.solved_ms);
  PrintRow("unsatisfiable, explained", study.unsatisfiable_ms);
  std::printf("the slowest, %.1f ms: %s\n", study.slowest.first, study.slowest.second.c_str());
  return study.num_failed == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: random_study CHANNEL-DIRECTORY [COUNT [SEED [SECONDS]]]\n");
    return 2;
  }
  const int count = argc > 2 ? std::atoi(argv[2]) : 1000;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 7;
  const absl::StatusOr<int> code = Run(argv[1], count, seed, argc > 4 ? std::atof(argv[4]) : 60);
  if (!code.ok()) {
    std::fprintf(stderr, "random_study: %s\n", code.status().ToString().c_str());
    return 2;
  }
  return *code;
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  return satchel::Main(argc, argv);
}
