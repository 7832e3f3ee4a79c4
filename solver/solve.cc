#include "solver/solve.h"

#include <utility>

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "solver/explain/diagnose.h"
#include "solver/objective/optimiser.h"
#include "solver/objective/preference.h"
#include "solver/plan_builder.h"
#include "solver/proof/plan_proof.h"
#include "solver/proof/verify.h"
#include "solver/solve_internal.h"

namespace satchel {
namespace {

absl::Status CheckPlan(const Request& request, const Plan& plan) {
  std::vector<PackageRecord> records;
  for (const PlanPackage& package : plan.packages) {
    records.push_back(package.record);
  }
  const std::vector<std::string> violations = VerifyPlan(request, records);
  if (violations.empty()) {
    return absl::OkStatus();
  }
  return absl::InternalError("the plan fails verification, please report it: " + violations[0]);
}

// The packages that a failure of arc consistency rests on; none if that was not it.
std::vector<std::string> NamesOfFailure(const Domains& domains) {
  std::vector<std::string> names;
  if (domains.failed()) {
    const std::vector<bool> packages = domains.WhyFailed(0).packages;
    for (std::size_t i = 0; i < packages.size(); ++i) {
      if (packages[i]) {
        names.emplace_back(domains.universe().NameOf(domains.universe().Spoken(PackageId(i))));
      }
    }
  }
  return names;
}

SearchOptions OptionsOf(Engine engine) {
  return engine == Engine::kAuto
             ? SearchOptions()
             : SearchOptions{.dives = false, .learning = false, .counting = false, .one_cnf = true};
}

absl::StatusOr<SolveOutcome> SolveUntil(const StopSignal& stop, const Request& request,
                                        const SolveOptions& options,
                                        const SearchOptions& search_options) {
  Stopwatch watch;
  const auto progress = [&](std::string_view phase) {
    if (options.progress) {
      options.progress(phase);
    }
  };
  progress("reach");
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, PreferenceOf(options.objective)));
  Domains domains(*universe);
  SolveStatistics statistics;
  Search search(domains, search_options, stop, statistics);
  statistics.reach_ms = watch.Lap();
  Optimiser optimiser(request, options.objective, search);
  progress("optimise");
  const Answer answer = optimiser.Run();
  statistics.names = static_cast<std::int64_t>(universe->num_packages());
  statistics.candidates = static_cast<std::int64_t>(universe->num_grounded());
  watch.Lap();
  if (answer.ok() && !*answer) {
    progress("explain");
    ASSIGN_OR_RETURN(Conflict conflict, ExplainConflict(request, NamesOfFailure(domains), stop));
    statistics.explain_ms = watch.Lap();
    conflict.statistics = statistics;
    return SolveOutcome(std::move(conflict));
  }
  if (!answer.ok() && !(WasStopped(answer.status()) && search.has_model())) {
    return answer.status();
  }
  progress("verify");
  Plan plan = BuildPlan(request, *universe, search.model(), optimiser.requested());
  plan.levels = optimiser.levels();
  plan.steps = optimiser.steps();
  plan.proven = answer.ok();
  watch.Lap();
  RETURN_IF_ERROR(CheckPlan(request, plan));
  statistics.verify_ms = watch.Lap();
  plan.statistics = statistics;
  if (options.certify && plan.proven) {
    progress("certify");
    const absl::Status certified = Certify(request, options.objective, stop, plan);
    if (!certified.ok() && !WasStopped(certified)) {
      return certified;  // Stopped on the way: the levels say how far it got.
    }
  }
  return SolveOutcome(std::move(plan));
}

}  // namespace

namespace internal {

absl::StatusOr<SolveOutcome> SolveWith(const Request& request, const SolveOptions& options,
                                       const SearchOptions& search_options) {
  return SolveUntil(StopSignal(options.timeout_seconds, options.cancel), request, options,
                    search_options);
}

absl::StatusOr<SolveOutcome> SolveWithin(const Request& request, const SolveOptions& options,
                                         const StopSignal& stop) {
  return SolveUntil(stop, request, options, OptionsOf(options.engine));
}

}  // namespace internal

absl::StatusOr<SolveOutcome> Solve(const Request& request, const SolveOptions& options) {
  return internal::SolveWith(request, options, OptionsOf(options.engine));
}

}  // namespace satchel
