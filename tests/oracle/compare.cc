#include "tests/oracle/compare.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "solver/proof/verify.h"
#include "tests/oracle/brute_force.h"
#include "tests/oracle/engines.h"
#include "tests/oracle/isolated.h"
#include "tests/oracle/shrink.h"
#include "tests/oracle/small_world.h"
#include "tests/oracle/universe_text.h"

namespace satchel::oracle {
namespace {

std::string PlanText(const std::vector<PackageRecord>& records) {
  return records.empty() ? std::string("  (empty)\n")
                         : absl::StrFormat("  %s\n", absl::StrJoin(Labels(records), "\n  "));
}

std::string Explain(const BruteForceResult& best, const Plan& plan) {
  std::vector<std::string> levels;
  for (const LevelValue& level : plan.levels) {
    levels.push_back(
        absl::StrFormat("%s %d%s", level.level, level.value, level.proven ? "" : " (not proven)"));
  }
  return absl::StrFormat("oracle, of %d plans:\n%s  | %s\nsolver:\n%s  | %s\n", best.num_plans,
                         PlanText(best.plan), absl::StrJoin(best.trace, "\n  | "),
                         PlanText(RecordsOf(plan)), absl::StrJoin(levels, "\n  | "));
}

std::string PlanFlaw(const Universe& universe, const World& world, const BruteForceResult& best,
                     const Plan& plan) {
  const std::vector<PackageRecord> records = RecordsOf(plan);
  const std::vector<std::string> violations = VerifyPlan(world.request, records);
  if (!violations.empty()) {
    return absl::StrFormat("the solver's plan is invalid: %s\n%s", absl::StrJoin(violations, "\n"),
                           Explain(best, plan));
  }
  if (Labels(records) != Labels(best.plan)) {
    return "another plan than the oracle's\n" + std::string(Explain(best, plan));
  }
  if (!plan.proven) {
    return "the right plan, but not proven";
  }
  for (const PlanPackage& package : plan.packages) {
    const bool is_requested =
        std::any_of(world.request.specs.begin(), world.request.specs.end(),
                    [&](const MatchSpec& spec) { return spec.name() == package.record.name; });
    const bool is_plain =
        std::none_of(world.request.specs.begin(), world.request.specs.end(),
                     [&](const MatchSpec& spec) { return spec.when() != nullptr; });
    if (is_plain && package.requested != is_requested && !universe.update_all) {
      return package.record.name + std::string(": `requested` is wrong");
    }
  }
  return "";
}

// The request with only those specs and pins that `keep` says, by their text in Conflict::blamed.
Request Restricted(const Request& request, const std::function<bool(const std::string&)>& keep) {
  Request result = request;
  std::erase_if(result.specs, [&](const MatchSpec& spec) {
    return !keep(spec.ToString() + std::string(" (requested)"));
  });
  result.pins.clear();
  for (const MatchSpec& pin : request.pins) {
    if (keep(pin.ToString() + std::string(" (pin)"))) {
      result.pins.push_back(pin);
    } else if (keep(pin.name() + " (installed)")) {  // That it stays is another part than how.
      result.pins.push_back(*MatchSpec::Parse(pin.name()));
    }
  }
  // What need not stay any more may go. (That a pinned one may go cannot be told otherwise than by
  // leaving it out.)
  const absl::StatusOr<SmallWorld> world = MakeSmallWorld(request, Objective::kNewest);
  for (std::size_t i = 0; world.ok() && i < world->names.size(); ++i) {
    const Name& name = world->names[i];
    if (!name.must_stay || keep(name.name + " (installed)")) {
      continue;
    }
    const bool is_pinned = std::ranges::any_of(
        result.pins, [&](const MatchSpec& pin) { return pin.name() == name.name; });
    std::erase_if(result.installed, [&](const InstalledPackage& installed) {
      return is_pinned && installed.record.name == name.name;
    });
    for (InstalledPackage& installed : result.installed) {
      if (installed.record.name == name.name) {
        installed.requested.reset();
      }
    }
  }
  return result;
}

bool HasPlan(const Request& request) {
  const absl::StatusOr<BruteForceResult> best = BruteForce(request, Objective::kNewest);
  return !best.ok() || best->num_plans > 0;
}

}  // namespace

std::vector<std::string> Labels(const std::vector<PackageRecord>& records) {
  std::vector<std::string> labels;
  for (const PackageRecord& record : records) {
    labels.push_back(absl::StrFormat("%s-%s-%s (%s/%s, %s)", record.name, record.version,
                                     record.build, record.channel, record.subdir, record.fn));
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

std::vector<PackageRecord> RecordsOf(const Plan& plan) {
  std::vector<PackageRecord> records;
  for (const PlanPackage& package : plan.packages) {
    records.push_back(package.record);
  }
  return records;
}

std::string Disagreement(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok()) {
    return "";  // Shrinking may make such; it is not the solver's fault.
  }
  const absl::StatusOr<BruteForceResult> best = BruteForce(world->request, universe.objective);
  if (!best.ok()) {
    return absl::StrFormat("the oracle fails: %s", best.status().ToString());
  }
  SolveOptions options;
  options.objective = universe.objective;
  const absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
  if (!outcome.ok()) {
    return absl::StrFormat("the solver fails: %s\noracle, of %d plans:\n%s",
                           outcome.status().ToString(), best->num_plans, PlanText(best->plan));
  }
  if (const Conflict* conflict = std::get_if<Conflict>(&*outcome)) {
    if (!conflict->flaw.empty()) {
      return "the explanation fails: " + conflict->flaw;
    }
    return best->num_plans == 0
               ? EngineFlaw(world->request, universe.objective)
               : absl::StrFormat("the solver finds no plan, blaming %s\noracle, of %d plans:\n%s",
                                 absl::StrJoin(conflict->blamed, ", "), best->num_plans,
                                 PlanText(best->plan));
  }
  const Plan& plan = std::get<Plan>(*outcome);
  if (best->num_plans == 0) {
    return absl::StrFormat("the oracle finds no plan, the solver finds\n%s",
                           PlanText(RecordsOf(plan)));
  }
  const std::string flaw = PlanFlaw(universe, *world, *best, plan);
  return flaw.empty() ? EngineFlaw(world->request, universe.objective) : flaw;
}

std::string BlameFlaw(const Universe& universe) {
  const absl::StatusOr<World> world = BuildWorld(universe);
  if (!world.ok() || HasPlan(world->request)) {
    return "";
  }
  SolveOptions options;
  options.objective = universe.objective;
  const absl::StatusOr<SolveOutcome> outcome = Solve(world->request, options);
  if (!outcome.ok() || !std::holds_alternative<Conflict>(*outcome)) {
    return "";  // Disagreement has reported it.
  }
  return FlawOfBlame(world->request, std::get<Conflict>(*outcome));
}

std::string FlawOfBlame(const Request& request, const Conflict& conflict) {
  const std::vector<std::string>& blamed = conflict.blamed;
  const std::string what = absl::StrJoin(blamed, ", ");
  const auto is_blamed = [&](const std::string& part) {
    return std::find(blamed.begin(), blamed.end(), part) != blamed.end();
  };
  if (HasPlan(Restricted(request, is_blamed))) {
    return absl::StrFormat("blamed, but together they have a plan: %s", what);
  }
  for (const std::string& part : conflict.blamed_minimal ? blamed : std::vector<std::string>()) {
    const auto is_other = [&](const std::string& text) { return text != part && is_blamed(text); };
    if (!HasPlan(Restricted(request, is_other))) {
      return absl::StrFormat("blamed needlessly: %s, in: %s", part, what);
    }
  }
  return "";
}

std::string Minimised(const Universe& universe,
                      const std::function<std::string(const Universe&)>& check) {
  constexpr unsigned kPatienceSeconds = 20;
  const auto safely = [&](const Universe& candidate) {
    return Isolated([&] { return check(candidate); }, kPatienceSeconds);
  };
  if (safely(universe).empty()) {
    return "";
  }
  const Universe smallest =
      Shrink(universe, [&](const Universe& candidate) { return !safely(candidate).empty(); });
  return absl::StrFormat("%s\n%s", ToText(smallest), safely(smallest));
}

}  // namespace satchel::oracle
