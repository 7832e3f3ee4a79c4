#include "tools/cli/solve/solving.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "frontend/export/certificate_files.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "frontend/request/solve_configured.h"
#include "solver/proof/unsatisfiable_proof.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/answer.h"

namespace satchel {
namespace {

constexpr std::size_t kFixesOfSolve = 1;
constexpr double kSecondsForFixesOfSolve = 0.5;

// --only-deps: the packages named are taken out of the plan, but for those that another one named
// needs; what is installed stays.
void KeepOnlyDependencies(Plan* plan) {
  std::set<std::string> needed;
  for (const PlanPackage& package : plan->packages) {
    if (package.requested) {
      std::set<std::string> names = NeededNames({package.record.name}, RecordsOf(*plan));
      names.erase(package.record.name);
      needed.merge(names);
    }
  }
  std::vector<std::string> dropped;
  for (const PlanPackage& package : plan->packages) {
    if (package.requested && !package.installed && !needed.contains(package.record.name)) {
      dropped.push_back(package.record.name);
    }
  }
  const auto is_dropped = [&dropped](const std::string& name) {
    return std::ranges::count(dropped, name) > 0;
  };
  std::erase_if(plan->packages,
                [&](const PlanPackage& package) { return is_dropped(package.record.name); });
  std::erase_if(plan->link, [&](const PackageRecord& record) { return is_dropped(record.name); });
  std::erase_if(plan->unlink, [&](const PackageRecord& record) { return is_dropped(record.name); });
}

absl::Status WriteProof(const SolverArguments& arguments, const Request& request) {
  return arguments.proof.empty() ? absl::OkStatus()
                                 : WriteUnsatisfiableProof(request, arguments.proof + ".cnf",
                                                           arguments.proof + ".frat");
}

absl::Status WriteCertificateUntil(const StopSignal& stop, const SolverArguments& arguments,
                                   const PreparedRequest& prepared, const SolveOutcome& outcome) {
  const CertificateOrigin origin = {prepared.channels, prepared.request,
                                    arguments.objective.empty() ? "newest" : arguments.objective,
                                    prepared.platform};
  if (std::holds_alternative<Conflict>(outcome)) {
    ASSIGN_OR_RETURN(const MinimalCore core, FindMinimalCore(prepared.request, stop));
    ASSIGN_OR_RETURN(const UnsatisfiableProof proof, ProveUnsatisfiable(core.request, stop));
    return WriteCertificate({origin.channels, core.request, origin.objective, origin.platform},
                            proof, core, arguments.certificate);
  }
  std::vector<PackageRecord> records;
  for (const PlanPackage& package : std::get<Plan>(outcome).packages) {
    records.push_back(package.record);
  }
  ASSIGN_OR_RETURN(const PlanProof proof,
                   ProvePlan(prepared.request, ObjectiveOf(arguments.objective), records, stop));
  return WriteCertificate(origin, proof, arguments.certificate);
}

// For others to check, from what goes in and what comes out.
absl::Status CertifyForOthers(const SolverArguments& arguments, const PreparedRequest& prepared,
                              const SolveOutcome& outcome) {
  if (arguments.certificate.empty()) {
    return absl::OkStatus();
  }
  double seconds = 0;
  if (!arguments.timeout.empty()) {
    ASSIGN_OR_RETURN(seconds, ParseSeconds(arguments.timeout));
  }
  const InterruptGuard interrupt;
  const StopSignal stop(seconds, interrupt.flag());
  const Plan* const plan = std::get_if<Plan>(&outcome);
  absl::Status status = plan != nullptr && !plan->proven
                            ? absl::DeadlineExceededError("")
                            : WriteCertificateUntil(stop, arguments, prepared, outcome);
  return absl::IsDeadlineExceeded(status)
             ? absl::DeadlineExceededError(
                   "--certificate: stopped before all was proved; nothing "
                   "is written; increase --timeout")
             : status;
}

void NoteProof(const Arguments& arguments) {
  if (!arguments.proof.empty() && !arguments.quiet && !arguments.json) {
    PrintNote(absl::StrFormat("satchel: wrote %s.cnf and its proof %s.frat\n", arguments.proof,
                              arguments.proof));
  }
}

// Beside the reasons the cheapest fix, if it is found in a short time.
absl::StatusOr<FixList> SomeFixes(const Arguments& arguments, const PreparedRequest& prepared,
                                  const Conflict& conflict) {
  return arguments.quiet
             ? FixList()
             : FixesFor(arguments, prepared, conflict, kFixesOfSolve, kSecondsForFixesOfSolve);
}

}  // namespace

absl::StatusOr<Solved> SolveRequest(const Arguments& arguments,
                                    const std::vector<std::string>& specs) {
  std::optional<ProgressLine> progress(std::in_place, !arguments.quiet);
  progress->SetPhase("load");
  Stopwatch watch;
  Solved solved;
  const auto answer = [&](PreparedRequest& prepared) -> absl::Status {
    const double load_ms = watch.Lap();
    const auto solve = [&](const Request& request) -> absl::StatusOr<SolveOutcome> {
      ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(arguments, request, *progress));
      solved.interrupted = attempt.interrupted;
      return std::move(attempt.outcome);
    };
    ASSIGN_OR_RETURN(solved.outcome, SolveConfigured(prepared.configuration, solve,
                                                     &prepared.request, &prepared.of_configuration,
                                                     &prepared.warnings, arguments.update_deps));
    Plan* const plan = std::get_if<Plan>(&solved.outcome);
    solved.context = ContextOf(arguments, prepared, plan);
    solved.context.load_ms = load_ms;
    solved.context.load_times = prepared.channels.times;
    solved.context.solve_ms = watch.Lap();
    if (plan != nullptr) {
      FillUrls(prepared.channels, plan);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(solved.fixes,
                     SomeFixes(arguments, prepared, std::get<Conflict>(solved.outcome)));
    return WriteProof(arguments, prepared.request);
  };
  ASSIGN_OR_RETURN(solved.prepared, PrepareAndAnswer(arguments, specs, {}, answer));
  progress->SetPhase("certify");
  RETURN_IF_ERROR(CertifyForOthers(arguments, *solved.prepared, solved.outcome));
  progress.reset();
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(solved.context.warnings, PrintWarning);
  }
  if (Plan* plan = std::get_if<Plan>(&solved.outcome); plan != nullptr && arguments.only_deps) {
    KeepOnlyDependencies(plan);
  }
  return solved;
}

absl::Status PrintConflict(const Arguments& arguments, const Solved& solved) {
  const Conflict& conflict = std::get<Conflict>(solved.outcome);
  if (arguments.json) {
    return Print(ToJson(conflict, solved.fixes, solved.context));
  }
  const ConflictTextOptions options{.width = StderrWidth()};
  PrintNote("satchel: error: unsatisfiable: ");
  PrintNote(ToText(conflict, options));
  if (!arguments.quiet) {
    PrintNote(ToText(solved.fixes, options));
  }
  NoteProof(arguments);
  return absl::OkStatus();
}

}  // namespace satchel
