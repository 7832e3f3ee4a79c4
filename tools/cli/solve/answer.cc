#include "tools/cli/solve/answer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/spec/record_rules.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/fix_command.h"

namespace satchel {
namespace {

// Of a plan's packages.
std::vector<std::string> NamesOf(const Plan& plan) {
  std::vector<std::string> names;
  for (const PlanPackage& package : plan.packages) {
    names.push_back(package.record.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> SkippedRecordWarnings(const LoadedChannels& channels,
                                               const std::vector<std::string>& names,
                                               bool only_of_names) {
  const auto is_of_names = [&names](const SkippedRecord& record) {
    return std::ranges::find(names, NameOfFile(record.fn)) != names.end();
  };
  std::vector<std::string> warnings;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      const IngestReport& report = subdir.report;
      const auto found = std::ranges::find_if(report.skipped, is_of_names);
      const bool is_of_one = found != report.skipped.end();
      if (report.skipped.empty() || (only_of_names && !is_of_one)) {
        continue;
      }
      const SkippedRecord& example = is_of_one ? *found : report.skipped.front();
      warnings.push_back(absl::StrFormat(
          "%s: skipped %d record%s, such as %s: %s; this answer is about the other %d",
          subdir.location.repodata, report.num_skipped, report.num_skipped == 1 ? "" : "s",
          example.fn, example.reason, report.num_records));
    }
  }
  return warnings;
}

absl::StatusOr<double> ParseSeconds(const std::string& text) {
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || rest != end || !std::isfinite(seconds) || seconds <= 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--timeout: '%s' is not a number of seconds above 0", text));
  }
  return seconds;
}

Objective ObjectiveOf(const std::string& word) {
  if (word == "ordered") {
    return Objective::kOrdered;
  }
  if (word == "lowest") {
    return Objective::kLowest;
  }
  if (word == "lowest-direct") {
    return Objective::kLowestDirect;
  }
  return word == "fewest-changes" ? Objective::kFewestChanges : Objective::kNewest;
}

absl::StatusOr<Attempt> SolveInterruptibly(const SolverArguments& arguments, const Request& request,
                                           ProgressLine& progress) {
  const InterruptGuard interrupt;
  SolveOptions options;
  options.objective = ObjectiveOf(arguments.objective);
  options.engine = arguments.engine == "sat" ? Engine::kSat : Engine::kAuto;
  options.certify = arguments.certify;
  options.cancel = interrupt.flag();
  options.progress = [&progress](std::string_view phase) { progress.SetPhase(phase); };
  if (!arguments.timeout.empty()) {
    ASSIGN_OR_RETURN(options.timeout_seconds, ParseSeconds(arguments.timeout));
  }
  absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
  if (absl::IsCancelled(outcome.status())) {
    return absl::CancelledError("interrupted");
  }
  if (absl::IsDeadlineExceeded(outcome.status())) {
    return absl::DeadlineExceededError(absl::StrFormat(
        "no plan within %s seconds; increase --timeout, or request less", arguments.timeout));
  }
  RETURN_IF_ERROR(outcome.status());
  return Attempt{*std::move(outcome), interrupt.flag()->load()};
}

AnswerContext ContextOf(const Arguments& arguments, const PreparedRequest& prepared,
                        const Plan* plan) {
  AnswerContext context;
  context.platform = prepared.platform;
  context.prefix = prepared.prefix;
  context.objective = arguments.objective.empty() ? "newest" : arguments.objective;
  context.engine = arguments.engine.empty() ? "auto" : arguments.engine;
  context.not_found = prepared.not_found;
  context.channel_urls = SubdirUrls(prepared.channels);
  context.warnings = prepared.warnings;
  if (const FetchReport& fetch = prepared.channels.fetch;
      arguments.verbose && !arguments.json && fetch.num_requests > 0) {
    context.warnings.push_back(absl::StrFormat(
        "fetched %.2f MB in %d requests, at most %d one after the other",
        static_cast<double>(fetch.received_bytes) / 1e6, fetch.num_requests, fetch.num_rounds));
  }
  // What was left out may be what is missing, or better than what was chosen.
  const bool is_touched_only = plan != nullptr && !arguments.verbose && !arguments.json;
  std::ranges::move(
      SkippedRecordWarnings(prepared.channels, plan != nullptr ? NamesOf(*plan) : context.not_found,
                            is_touched_only),
      std::back_inserter(context.warnings));
  return context;
}

absl::StatusOr<FixList> FixesFor(const Arguments& arguments, const PreparedRequest& prepared,
                                 const Conflict& conflict, std::size_t max_fixes,
                                 double budget_seconds) {
  const InterruptGuard interrupt;
  FixOptions options;
  options.max_fixes = max_fixes;
  options.budget_seconds = budget_seconds;
  options.objective = ObjectiveOf(arguments.objective);
  options.cancel = interrupt.flag();
  options.explained = conflict.explained;
  ASSIGN_OR_RETURN(FixList list, FindFixes(prepared.request, options));
  for (Fix& fix : list.fixes) {
    FixCommand again = CommandFor(arguments, prepared, fix.request);
    fix.command = std::move(again.command);
    fix.file = std::move(again.file);
  }
  return list;
}

}  // namespace satchel
