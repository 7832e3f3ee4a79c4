#include "solver/solve.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/conflict_text.h"
#include "frontend/export/package_url.h"
#include "frontend/export/plan_json.h"
#include "frontend/export/plan_text.h"
#include "frontend/files.h"
#include "solver/certificate.h"
#include "tools/cli/answer.h"
#include "tools/cli/prepare.h"
#include "tools/cli/run.h"
#include "tools/cli/terminal.h"
#include "tools/cli/text_report.h"

namespace satchel {
namespace {

constexpr std::size_t kFixesOfSolve = 3;
constexpr double kSecondsForFixesOfSolve = 2;

double MsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

absl::Status CheckOptions(const Arguments& arguments) {
  const int outputs = (arguments.json ? 1 : 0) + (arguments.explicit_file ? 1 : 0) +
                      (arguments.export_file.empty() ? 0 : 1);
  if (outputs > 1) {
    return absl::InvalidArgumentError(
        "--json, --explicit and --export are three outputs; give one");
  }
  if (!arguments.timeout.empty()) {
    RETURN_IF_ERROR(ParseSeconds(arguments.timeout).status());
  }
  if (arguments.positional.empty() && arguments.files.empty() && arguments.remove.empty() &&
      !arguments.update_all) {
    return absl::InvalidArgumentError(
        "nothing to solve; give specs, as in 'satchel solve python=3.12 numpy', or --file");
  }
  return absl::OkStatus();
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

// A channel by name if that is how it was given, else by URL: a local path means nothing elsewhere.
std::vector<std::string> ChannelsForExport(const PreparedRequest& prepared, bool by_name) {
  std::vector<std::string> channels;
  for (const LoadedChannel& channel : prepared.channels.channels) {
    channels.push_back(by_name ? channel.name : channel.url);
  }
  return channels;
}

absl::Status WriteExport(const Arguments& arguments, const PreparedRequest& prepared,
                         const Plan& plan) {
  const EnvironmentYamlOptions options = {
      prepared.environment_name, ChannelsForExport(prepared, !arguments.channel_alias.empty())};
  const std::string text = ToEnvironmentYaml(plan, options);
  return arguments.export_file == "-" ? Print(text) : WriteFile(arguments.export_file, text);
}

absl::Status PrintPlan(const Arguments& arguments, const PreparedRequest& prepared,
                       const Plan& plan, const AnswerContext& context) {
  if (arguments.json) {
    return Print(ToJson(plan, context));
  }
  if (!plan.proven) {
    PrintWarning("stopped before the end: this plan is valid, but not proven to be the best");
  } else if (arguments.certify && !std::ranges::all_of(plan.levels, &LevelValue::certified)) {
    PrintWarning("stopped before every level was proven a second time");
  }
  if (arguments.explicit_file) {
    return Print(ToExplicitFile(plan, prepared.platform));
  }
  if (!arguments.export_file.empty()) {
    RETURN_IF_ERROR(WriteExport(arguments, prepared, plan));
    if (arguments.export_file == "-") {
      return absl::OkStatus();
    }
  }
  TextOptions options;
  options.colour = StdoutHasColour();
  options.quiet = arguments.quiet;
  options.verbose = arguments.verbose;
  options.has_environment = !prepared.request.installed.empty() || !prepared.prefix.empty();
  return Print(PlanText(plan, context, options));
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

absl::Status PrintConflict(const Arguments& arguments, const Conflict& conflict,
                           const FixList& fixes, const AnswerContext& context) {
  if (arguments.json) {
    return Print(ToJson(conflict, fixes, context));
  }
  const ConflictTextOptions options{.width = StderrWidth()};
  PrintNote("satchel: error: unsatisfiable: ");
  PrintNote(ToText(conflict, options));
  if (!arguments.quiet) {
    PrintNote(ToText(fixes, options));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> RunSolve(const Arguments& arguments) {
  RETURN_IF_ERROR(CheckOptions(arguments));
  std::optional<ProgressLine> progress(std::in_place, !arguments.quiet);
  progress->SetPhase("load");
  auto start = std::chrono::steady_clock::now();
  AnswerContext context;
  std::optional<Attempt> attempt;
  FixList fixes;
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedRequest> prepared,
                   PrepareAndAnswer(arguments, arguments.positional, {}, [&](PreparedRequest& request) {
                     const double load_ms = MsSince(start);
                     start = std::chrono::steady_clock::now();
                     ASSIGN_OR_RETURN(attempt,
                                      SolveInterruptibly(arguments, request.request, *progress));
                     context = ContextOf(arguments, request,
                                         std::holds_alternative<Conflict>(attempt->outcome));
                     context.load_ms = load_ms;
                     context.solve_ms = MsSince(start);
                     if (Plan* plan = std::get_if<Plan>(&attempt->outcome); plan != nullptr) {
                       FillUrls(request.channels, plan);
                       return absl::OkStatus();
                     }
                     ASSIGN_OR_RETURN(fixes, SomeFixes(arguments, request));
                     return WriteProof(arguments, request.request);
                   }));
  progress.reset();
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(context.warnings, PrintWarning);
  }
  if (const Conflict* conflict = std::get_if<Conflict>(&attempt->outcome); conflict != nullptr) {
    RETURN_IF_ERROR(PrintConflict(arguments, *conflict, fixes, context));
    NoteProof(arguments);
    return kExitUnsatisfiable;
  }
  Plan& plan = std::get<Plan>(attempt->outcome);
  if (arguments.only_deps) {
    KeepOnlyDependencies(&plan);
  }
  RETURN_IF_ERROR(PrintPlan(arguments, *prepared, plan, context));
  return attempt->interrupted ? kExitInterrupted : kExitOk;
}

}  // namespace satchel
