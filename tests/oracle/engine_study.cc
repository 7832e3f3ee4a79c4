// Random problems of a channel, each solved by the engines `auto` and `sat`: whether their answers
// are the same, and what each takes.
//
//   engine_study CHANNEL-DIRECTORY [COUNT [SEED [SPEC...]]]
//
// The problems are those of random_study; with SPECs it is that one request, COUNT times. Ends with
// 1 if any answers differ or none was found within a minute.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "bench/studies/study.h"
#include "solver/solve.h"
#include "tests/oracle/engines.h"

namespace satchel {
namespace {

constexpr double kSeconds = 60;

// Of the problems with a plan: explanations are no engine's.
struct Taken {
  std::vector<double> ms;  // Of CPU.
  std::vector<double> sat_calls;
  std::vector<double> conflicts;
  std::vector<double> variables;
};

absl::StatusOr<SolveOutcome> SolveBy(Engine engine, const Request& request, Taken* taken) {
  SolveOptions options;
  options.engine = engine;
  options.timeout_seconds = kSeconds;
  const double start = CpuMs();
  absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
  const double ms = CpuMs() - start;
  if (outcome.ok() && std::holds_alternative<Plan>(*outcome)) {
    const SolveStatistics& statistics = std::get<Plan>(*outcome).statistics;
    taken->ms.push_back(ms);
    taken->sat_calls.push_back(static_cast<double>(statistics.sat_calls));
    taken->conflicts.push_back(static_cast<double>(statistics.conflicts));
    taken->variables.push_back(static_cast<double>(statistics.variables));
  }
  return outcome;
}

void Print(const char* engine, const Taken& taken) {
  std::printf("%s\n", engine);
  PrintRow("  ms", taken.ms);
  PrintRow("  SAT calls", taken.sat_calls);
  PrintRow("  failures of dives", taken.conflicts);
  PrintRow("  variables", taken.variables);
}

absl::StatusOr<int> Run(const std::string& directory, int count, std::uint64_t seed,
                        const std::vector<std::string>& specs) {
  ASSIGN_OR_RETURN(const StudyChannel channel, StudyChannel::Open(directory));
  Taken by_auto;
  Taken by_sat;
  int num_wrong = 0;
  int num_plans = 0;
  for (int i = 0; i < count; ++i) {
    const std::vector<std::string> asked =
        specs.empty() ? RandomSpecs(seed, i, channel.requirements()) : specs;
    const Request request = channel.MakeRequest(asked);
    const absl::StatusOr<SolveOutcome> one = SolveBy(Engine::kAuto, request, &by_auto);
    const absl::StatusOr<SolveOutcome> other = SolveBy(Engine::kSat, request, &by_sat);
    num_plans += one.ok() && std::holds_alternative<Plan>(*one) ? 1 : 0;
    const std::string expected = oracle::AnswerText(one);
    const std::string actual = oracle::AnswerText(other);
    if (!one.ok() || !other.ok() || actual != expected) {
      ++num_wrong;
      std::printf("DIFFERENT: %s\nauto:\n%s\nsat:\n%s\n", absl::StrJoin(asked, " ").c_str(),
                  expected.c_str(), actual.c_str());
    }
  }
  std::printf("%s: %d problems, seed %llu, %d with a plan; %d differ or failed\n",
              directory.c_str(), count, static_cast<unsigned long long>(seed), num_plans,
              num_wrong);
  PrintHeading("of each problem");
  Print("auto", by_auto);
  Print("sat", by_sat);
  return num_wrong == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: engine_study CHANNEL-DIRECTORY [COUNT [SEED [SPEC...]]]\n");
    return 2;
  }
  const int count = argc > 2 ? std::atoi(argv[2]) : 1000;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 7;
  const std::vector<std::string> specs(argv + (argc > 4 ? 4 : argc), argv + argc);
  const absl::StatusOr<int> code = Run(argv[1], count, seed, specs);
  if (!code.ok()) {
    std::fprintf(stderr, "engine_study: %s\n", code.status().ToString().c_str());
    return 2;
  }
  return *code;
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  return satchel::Main(argc, argv);
}
