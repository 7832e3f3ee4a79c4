#include "solver/explain/why.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/export/conflict_text.h"
#include "repodata/spec/record_match.h"
#include "solver/explain/record_text.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {
namespace {

// What a question is about: the plan for what is asked for, or the environment as it is.
struct Situation {
  const PreparedRequest* prepared = nullptr;
  std::vector<PresentPackage> packages;
  bool is_plan = false;
  std::optional<Conflict> conflict;  // There is no plan.
};

absl::StatusOr<Situation> FindSituation(const Arguments& arguments,
                                        const PreparedRequest& prepared) {
  Situation situation;
  situation.prepared = &prepared;
  const Request& request = prepared.request;
  situation.is_plan = !request.specs.empty() || !request.remove.empty() || request.update_all;
  if (!situation.is_plan) {
    if (request.installed.empty()) {
      return absl::InvalidArgumentError(
          "in which plan? give its specs after the package, or --prefix or --installed");
    }
    for (const InstalledPackage& installed : request.installed) {
      situation.packages.push_back({installed.record, installed.requested.has_value()});
    }
    return situation;
  }
  ProgressLine progress(!arguments.quiet);
  ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(arguments, request, progress));
  if (Conflict* conflict = std::get_if<Conflict>(&attempt.outcome); conflict != nullptr) {
    situation.conflict = std::move(*conflict);
    return situation;
  }
  for (const PlanPackage& package : std::get<Plan>(attempt.outcome).packages) {
    const auto was_requested = [&](const InstalledPackage& installed) {
      return installed.record.name == package.record.name && installed.requested.has_value();
    };
    situation.packages.push_back(
        {package.record,
         package.requested || std::ranges::any_of(request.installed, was_requested)});
  }
  return situation;
}

const PackageRecord* Find(const Situation& situation, const std::string& name) {
  for (const PresentPackage& package : situation.packages) {
    if (package.record.name == name) {
      return &package.record;
    }
  }
  return nullptr;
}

struct Told {
  std::string output;
  std::string note;  // For standard error.
  ExitCode code = kExitOk;
};

// The question's specs have no plan, whatever else is asked.
Told NoPlan(const Arguments& arguments, const Situation& situation) {
  if (arguments.json) {
    return {
        ToJson(*situation.conflict, FixList(), ContextOf(arguments, *situation.prepared, nullptr)),
        "", kExitUnsatisfiable};
  }
  return {"",
          "satchel: error: unsatisfiable: " + ToText(*situation.conflict, {.width = StderrWidth()}),
          kExitUnsatisfiable};
}

absl::StatusOr<MatchSpec> ParseFirst(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError("which package? give its name, or a spec");
  }
  ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(arguments.positional.front()));
  if (spec.name().empty() || spec.name_is_glob()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "'%s' names no single package; give the package's name", arguments.positional.front()));
  }
  return spec;
}

ConflictTextOptions TextOptionsHere() {
  return {.width = StdoutWidth(), .colour = StdoutHasColour()};
}

std::string InWhat(const Situation& situation) {
  return situation.is_plan ? "the plan" : "the environment";
}

// What a plan with `wanted` changes, with as few changes as can be.
absl::StatusOr<SolveOutcome> SolveWith(const Arguments& arguments, const Situation& situation,
                                       const MatchSpec& wanted) {
  Request request = situation.prepared->request;
  request.specs.push_back(wanted);
  request.update_all = false;
  request.installed.clear();
  for (const PresentPackage& package : situation.packages) {
    request.installed.push_back({package.record, std::nullopt});
  }
  Arguments fewest = arguments;
  fewest.objective = "fewest-changes";
  ProgressLine progress(!arguments.quiet);
  ASSIGN_OR_RETURN(Attempt attempt, SolveInterruptibly(fewest, request, progress));
  return std::move(attempt.outcome);
}

std::string ChangesText(const Situation& situation, const Plan& plan, const std::string& wanted) {
  constexpr std::size_t kMaxShown = 12;
  std::string text;
  std::size_t num_others = 0;
  for (const PackageRecord& record : plan.unlink) {
    const auto after = std::ranges::find(plan.link, record.name, &PackageRecord::name);
    if (record.name == wanted) {
      continue;
    }
    if (++num_others > kMaxShown) {
      continue;
    }
    text += "  " + record.name + " " + record.version +
            (after == plan.link.end() ? std::string(" goes")
             : after->version == record.version
                 ? absl::StrFormat(" %s -> %s", record.build, after->build)
                 : " -> " + after->version) +
            "\n";
  }
  if (num_others > kMaxShown) {
    text += absl::StrFormat("  %d others\n", num_others - kMaxShown);
  }
  std::size_t num_new = 0;
  for (const PackageRecord& record : plan.link) {
    num_new += Find(situation, record.name) == nullptr ? 1 : 0;
  }
  const PackageRecord* before = Find(situation, wanted);
  const auto now = std::ranges::find_if(
      plan.packages, [&](const PlanPackage& package) { return package.record.name == wanted; });
  std::string head = absl::StrFormat("For %s %s", wanted, now->record.version);
  head += before == nullptr ? "" : " instead of " + before->version;
  head += text.empty() ? " nothing else has to change" : " this must change:\n" + text;
  head += text.empty() ? "" : "  ";
  head += num_new == 0
              ? std::string(text.empty() ? ".\n" : "and nothing new is needed.\n")
              : absl::StrFormat("%s %d new package%s.\n", text.empty() ? ", beside" : "and",
                                num_new, num_new == 1 ? " comes" : "s come");
  return head;
}

absl::StatusOr<std::optional<Conflict>> WhatStops(const SolverArguments& arguments,
                                                  const Situation& situation,
                                                  const MatchSpec& wanted) {
  const InterruptGuard interrupt;
  double seconds = 0;
  if (!arguments.timeout.empty()) {
    ASSIGN_OR_RETURN(seconds, ParseSeconds(arguments.timeout));
  }
  std::vector<PackageRecord> present;
  for (const PresentPackage& package : situation.packages) {
    present.push_back(package.record);
  }
  return WhyNot(situation.prepared->request, present, wanted,
                StopSignal(seconds, interrupt.flag()));
}

absl::StatusOr<Told> TellWhyNot(const Arguments& arguments, const Situation& situation,
                                const MatchSpec& wanted) {
  // A mere name asks for a newer one.
  const PackageRecord* const present = Find(situation, wanted.name());
  if (present != nullptr && wanted.ToString() != wanted.name() && !arguments.json &&
      MatchesRecord(wanted, *present)) {
    return Told{absl::StrFormat("%s %s is in %s already.\n", present->name, present->version,
                                InWhat(situation)),
                "", kExitOk};
  }
  ASSIGN_OR_RETURN(const std::optional<Conflict> stops, WhatStops(arguments, situation, wanted));
  ASSIGN_OR_RETURN(const SolveOutcome outcome, SolveWith(arguments, situation, wanted));
  const Plan* plan = std::get_if<Plan>(&outcome);
  // Where nothing can give way, that is the reason.
  const Conflict* conflict =
      plan == nullptr ? &std::get<Conflict>(outcome) : (stops.has_value() ? &*stops : nullptr);
  const AnswerContext context =
      ContextOf(arguments, *situation.prepared, conflict != nullptr ? nullptr : plan);
  const ExitCode code = plan == nullptr ? kExitUnsatisfiable : kExitOk;
  if (arguments.json) {
    return Told{
        conflict != nullptr ? ToJson(*conflict, FixList(), context) : ToJson(*plan, context), "",
        code};
  }
  std::string text;
  if (conflict == nullptr) {
    text = absl::StrFormat("Nothing stops %s: it goes with all of %s.\n", PlainText(wanted),
                           InWhat(situation));
  } else {
    text = absl::StrFormat("%s is stopped:\n", PlainText(wanted)) +
           ToText(conflict->reasons, TextOptionsHere());
  }
  if (plan != nullptr && conflict == nullptr && present != nullptr &&
      std::ranges::any_of(plan->packages, [present](const PlanPackage& package) {
        return package.record.name == present->name && package.record.fn == present->fn;
      })) {
    return Told{absl::StrFormat("%s %s is in %s already, and it is the newest that may be.\n",
                                present->name, present->version, InWhat(situation)),
                "", code};
  }
  text += plan == nullptr ? std::string("No allowed change would make it possible.\n")
                          : ChangesText(situation, *plan, wanted.name());
  return Told{std::move(text), "", code};
}

Told TellWhy(const OutputArguments& arguments, const Situation& situation,
             const std::string& name) {
  const PackageRecord* record = Find(situation, name);
  const std::vector<Reason> reasons = WhyThere(situation.packages, name, arguments.all_chains);
  const ExitCode code = record == nullptr ? kExitUnsatisfiable : kExitOk;
  if (arguments.json) {
    return {ReasonsToJson(reasons), "", code};
  }
  if (record == nullptr) {
    return {absl::StrFormat("%s is not in %s.\n", name, InWhat(situation)), "", code};
  }
  const std::string head =
      absl::StrFormat("%s %s is in %s%s\n", record->name, record->version, InWhat(situation),
                      reasons.empty() ? ", and nothing there needs it." : ":");
  return {head + ToText(reasons, TextOptionsHere()), "", code};
}

// Asks `tell` about what the options say.
absl::StatusOr<ExitCode> AnswerAbout(
    const Arguments& arguments, const std::function<absl::StatusOr<Told>(const Situation&)>& tell) {
  const std::vector<std::string> specs(arguments.positional.begin() + 1,
                                       arguments.positional.end());
  Told told;
  const auto answer = [&](PreparedRequest& prepared) -> absl::Status {
    ASSIGN_OR_RETURN(const Situation situation, FindSituation(arguments, prepared));
    if (situation.conflict.has_value()) {
      told = NoPlan(arguments, situation);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(told, tell(situation));
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<PreparedRequest> prepared,
                   PrepareAndAnswer(arguments, specs, {}, answer));
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(prepared->warnings, PrintWarning);
    ASSIGN_OR_RETURN(const MatchSpec about, ParseFirst(arguments));
    std::ranges::for_each(
        SkippedRecordWarnings(prepared->channels, {about.name()}, /*only_of_names=*/true),
        PrintWarning);
  }
  if (!told.note.empty()) {
    PrintNote(told.note);
  }
  RETURN_IF_ERROR(Print(told.output));
  return told.code;
}

}  // namespace

absl::StatusOr<ExitCode> RunWhy(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const MatchSpec spec, ParseFirst(arguments));
  Arguments question = arguments;
  question.without_channels = arguments.positional.size() == 1;
  return AnswerAbout(question, [&](const Situation& situation) -> absl::StatusOr<Told> {
    return TellWhy(arguments, situation, spec.name());
  });
}

absl::StatusOr<ExitCode> RunWhyNot(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const MatchSpec wanted, ParseFirst(arguments));
  return AnswerAbout(arguments, [&](const Situation& situation) {
    return TellWhyNot(arguments, situation, wanted);
  });
}

}  // namespace satchel
