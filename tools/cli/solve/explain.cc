#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/export/conflict_html.h"
#include "frontend/export/conflict_text.h"
#include "frontend/files.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {
namespace {

constexpr double kSecondsForFixes = 10;
constexpr std::size_t kUsualFixes = 5;

absl::StatusOr<std::size_t> ParseCount(const std::string& text) {
  std::size_t count = kUsualFixes;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (!text.empty() && (error != std::errc() || rest != end)) {
    return absl::InvalidArgumentError(absl::StrFormat("--fixes: '%s' is not a number", text));
  }
  return count;
}

}  // namespace

absl::StatusOr<ExitCode> RunExplain(const Arguments& arguments) {
  if (arguments.positional.empty() && arguments.files.empty() && arguments.remove.empty()) {
    return absl::InvalidArgumentError(
        "nothing to explain; give the arguments of 'satchel solve', specs or --file");
  }
  ASSIGN_OR_RETURN(const std::size_t max_fixes, ParseCount(arguments.fixes));
  double seconds = kSecondsForFixes;
  if (!arguments.timeout.empty()) {
    ASSIGN_OR_RETURN(seconds, ParseSeconds(arguments.timeout));
  }
  Arguments solving = arguments;
  solving.timeout.clear();
  AnswerContext context;
  std::optional<SolveOutcome> outcome;
  FixList fixes;
  const auto answer = [&](PreparedRequest& prepared) -> absl::Status {
    ProgressLine progress(!arguments.quiet);
    ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(solving, prepared.request, progress));
    outcome = std::move(attempt.outcome);
    context = ContextOf(arguments, prepared, std::get_if<Plan>(&*outcome));
    if (std::holds_alternative<Conflict>(*outcome) && max_fixes > 0) {
      ASSIGN_OR_RETURN(
          fixes, FixesFor(arguments, prepared, std::get<Conflict>(*outcome), max_fixes, seconds));
    }
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedRequest> prepared,
                   PrepareAndAnswer(arguments, arguments.positional, {}, answer));
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(context.warnings, PrintWarning);
  }
  if (const Plan* plan = std::get_if<Plan>(&*outcome); plan != nullptr) {
    RETURN_IF_ERROR(Print(
        arguments.json
            ? ToJson(*plan, context)
            : absl::StrFormat("There is a plan, nothing to explain: %s\n", MainVersions(*plan))));
    return kExitOk;
  }
  const Conflict& conflict = std::get<Conflict>(*outcome);
  if (!arguments.html.empty()) {
    RETURN_IF_ERROR(EditFile(arguments.html, ToHtml(conflict, fixes, context)));
  }
  if (arguments.json) {
    RETURN_IF_ERROR(Print(ToJson(conflict, fixes, context)));
    return kExitUnsatisfiable;
  }
  const ConflictTextOptions options{.width = StdoutWidth(), .colour = StdoutHasColour()};
  std::string text = ToText(conflict, options);
  if (max_fixes > 0) {
    text += "\n" + ToText(fixes, options);
  }
  RETURN_IF_ERROR(Print(text));
  return kExitUnsatisfiable;
}

}  // namespace satchel
