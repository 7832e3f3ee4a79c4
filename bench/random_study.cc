// Random problems of a channel, solved one after the other in this process: whether all end, with a
// plan that is proven to be the best or with an explanation, and how much CPU time that takes.
//
//   random_study CHANNEL-DIRECTORY [COUNT [SEED [SECONDS]]]
//
// The problems are those of `satchel bench run` with `random: {count: COUNT, seed: SEED}`, each
// with a limit of SECONDS (60). The machine is linux-64 with glibc 2.36. Ends with 1 if any failed.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "bench/random_problems.h"
#include "frontend/fetch/local_channel_source.h"
#include "solver/solve.h"

namespace satchel {
namespace {

constexpr char kPlatform[] = "linux-64";

double CpuMs() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

PackageRecord Virtual(const char* name, const char* version, const char* build = "0") {
  PackageRecord record;
  record.name = name;
  record.version = version;
  record.build = build;
  return record;
}

struct Study {
  std::vector<double> solved_ms;
  std::vector<double> unsatisfiable_ms;  // With the explanation.
  int num_failed = 0;                    // No answer, or a plan that is not proven.
  std::pair<double, std::string> slowest;
};

void PrintRow(const char* what, std::vector<double> values) {
  if (values.empty()) {
    return;
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  std::printf("%-24s %6zu %9.2f %9.2f %9.2f %9.2f\n", what, values.size(), at(0.5), at(0.9),
              at(0.99), values.back());
}

void SolveOne(const Problem& problem, Request request, double seconds, Study* study) {
  const std::string text = absl::StrJoin(problem.specs, " ");
  for (const std::string& spec : problem.specs) {
    request.specs.push_back(*MatchSpec::Parse(spec));
  }
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

absl::StatusOr<int> Run(const std::string& directory, const RandomProblems& random,
                        double seconds) {
  ASSIGN_OR_RETURN(const Requirements requirements,
                   ReadRequirements({{"", directory, ""}}, kPlatform));
  ASSIGN_OR_RETURN(const LocalChannelSource source, LocalChannelSource::Create(""));
  ASSIGN_OR_RETURN(const LoadedChannels channels, LoadChannels(source, {directory}, kPlatform));
  Request request;
  request.channels = channels.Views();
  request.virtual_packages = {Virtual("__unix", "0"), Virtual("__linux", "6.8"),
                              Virtual("__glibc", "2.36"), Virtual("__archspec", "1", "x86_64_v3")};
  Study study;
  for (const Problem& problem : MakeRandomProblems(random, requirements)) {
    SolveOne(problem, request, seconds, &study);
  }
  std::printf("%s: %lld records, %zu names; %d problems, seed %llu; %d failed\n", directory.c_str(),
              static_cast<long long>(requirements.num_records), requirements.names.size(),
              random.count, static_cast<unsigned long long>(random.seed), study.num_failed);
  std::printf("%-24s %6s %9s %9s %9s %9s\n", "ms of CPU", "", "p50", "p90", "p99", "max");
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
  RandomProblems random;
  random.count = argc > 2 ? std::atoi(argv[2]) : 1000;
  random.seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 7;
  const absl::StatusOr<int> code = Run(argv[1], random, argc > 4 ? std::atof(argv[4]) : 60);
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
