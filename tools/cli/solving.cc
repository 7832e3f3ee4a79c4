#include "tools/cli/solving.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "solver/certificate.h"
#include "tools/cli/answer.h"
#include "tools/cli/terminal.h"

namespace satchel {
namespace {

constexpr std::size_t kFixesOfSolve = 3;
constexpr double kSecondsForFixesOfSolve = 2;

double MsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// --only-deps: the packages named are taken out of the plan; what is installed stays.
void KeepOnlyDependencies(Plan* plan) {
  std::vector<std::string> dropped;
  for (const PlanPackage& package : plan->packages) {
    if (package.requested && !package.installed) {
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

absl::Status WriteProof(const Arguments& arguments, const Request& request) {
  return arguments.proof.empty() ? absl::OkStatus()
                                 : WriteUnsatisfiableProof(request, arguments.proof + ".cnf",
                                                           arguments.proof + ".frat");
}

void NoteProof(const Arguments& arguments) {
  if (!arguments.proof.empty() && !arguments.quiet && !arguments.json) {
    PrintNote(absl::StrFormat("satchel: wrote %s.cnf and its proof %s.frat\n", arguments.proof,
                              arguments.proof));
  }
}

// Beside the reasons a few fixes, as many as are found in a short time.
absl::StatusOr<FixList> SomeFixes(const Arguments& arguments, const PreparedRequest& prepared) {
  return arguments.quiet ? FixList()
                         : FixesFor(arguments, prepared, kFixesOfSolve, kSecondsForFixesOfSolve);
}

}  // namespace

absl::StatusOr<Solved> SolveRequest(const Arguments& arguments,
                                    const std::vector<std::string>& specs) {
  std::optional<ProgressLine> progress(std::in_place, !arguments.quiet);
  progress->SetPhase("load");
  auto start = std::chrono::steady_clock::now();
  Solved solved;
  const auto answer = [&](PreparedRequest& prepared) -> absl::Status {
    const double load_ms = MsSince(start);
    start = std::chrono::steady_clock::now();
    ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(arguments, prepared.request, *progress));
    solved.outcome = std::move(attempt.outcome);
    solved.interrupted = attempt.interrupted;
    Plan* const plan = std::get_if<Plan>(&solved.outcome);
    solved.context = ContextOf(arguments, prepared, plan == nullptr);
    solved.context.load_ms = load_ms;
    solved.context.solve_ms = MsSince(start);
    if (plan != nullptr) {
      FillUrls(prepared.channels, plan);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(solved.fixes, SomeFixes(arguments, prepared));
    return WriteProof(arguments, prepared.request);
  };
  ASSIGN_OR_RETURN(solved.prepared, PrepareAndAnswer(arguments, specs, {}, answer));
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
