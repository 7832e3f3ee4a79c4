#include "tests/oracle/engines.h"

#include <cstdint>
#include <variant>

#include "absl/strings/str_format.h"

namespace satchel::oracle {

std::string AnswerText(const absl::StatusOr<SolveOutcome>& outcome) {
  if (!outcome.ok()) {
    return outcome.status().ToString();
  }
  const Plan* const plan = std::get_if<Plan>(&*outcome);
  if (plan == nullptr) {
    return "no plan\n";
  }
  std::string text;
  for (const PlanPackage& package : plan->packages) {
    const PackageRecord& record = package.record;
    text += absl::StrFormat("%s/%s/%s%s\n", record.channel, record.subdir, record.fn,
                            package.requested ? " (requested)" : "");
  }
  std::int64_t dependencies = 0;
  for (const LevelValue& level : plan->levels) {
    if (level.level.starts_with("dependencies")) {
      dependencies += level.value;
      text += level.proven ? "" : "unproven dependencies\n";
    } else {
      text += absl::StrFormat("%s: %d%s\n", level.level, level.value, level.proven ? "" : "?");
    }
  }
  return text + absl::StrFormat("dependencies: %d\n", dependencies);
}

std::string EngineFlaw(const Request& request, Objective objective) {
  SolveOptions options;
  options.objective = objective;
  const std::string expected = AnswerText(Solve(request, options));
  options.engine = Engine::kSat;
  const std::string actual = AnswerText(Solve(request, options));
  return actual == expected
             ? ""
             : absl::StrFormat("the engines differ; auto:\n%s\nsat:\n%s", expected, actual);
}

}  // namespace satchel::oracle
