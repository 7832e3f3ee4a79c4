#include "solver/solve.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/export/plan_json.h"
#include "frontend/export/plan_text.h"
#include "frontend/files.h"
#include "tools/cli/environment/file_extras.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"
#include "tools/cli/solve/solving.h"
#include "tools/cli/solve/text_report.h"

namespace satchel {
namespace {

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
  return arguments.export_file == "-" ? Print(text) : EditFile(arguments.export_file, text);
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

// A plan has no place for what pip installs.
absl::Status NoteExtras(const Arguments& arguments, const std::string& platform,
                        AnswerContext* context) {
  ASSIGN_OR_RETURN(const FileExtras extras, ReadFileExtras(arguments, platform));
  for (const PipRequest& request : extras.pip) {
    const std::size_t count = request.lines.size();
    std::string warning = absl::StrFormat("%s: %d pip requirement%s left to pip", request.file,
                                          count, count == 1 ? " is" : "s are");
    if (!arguments.json && !arguments.quiet) {
      PrintWarning(warning);
    }
    context->warnings.push_back(std::move(warning));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> RunSolve(const Arguments& arguments) {
  RETURN_IF_ERROR(CheckOptions(arguments));
  ASSIGN_OR_RETURN(Solved answer, SolveRequest(arguments, arguments.positional));
  // Never freed: that takes 2 % of an everyday solve, and then the process ends.
  static Solved& solved = *new Solved(std::move(answer));
  RETURN_IF_ERROR(NoteExtras(arguments, solved.prepared->platform, &solved.context));
  if (std::holds_alternative<Conflict>(solved.outcome)) {
    RETURN_IF_ERROR(PrintConflict(arguments, solved));
    return kExitUnsatisfiable;
  }
  RETURN_IF_ERROR(
      PrintPlan(arguments, *solved.prepared, std::get<Plan>(solved.outcome), solved.context));
  return solved.interrupted ? kExitInterrupted : kExitOk;
}

}  // namespace satchel
