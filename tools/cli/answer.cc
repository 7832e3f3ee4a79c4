#include "tools/cli/answer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "base/status_macros.h"
#include "solver/record_text.h"
#include "tools/cli/commands.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/terminal.h"

namespace satchel {
namespace {

// Of the records that had to be left out the one to show: of a name that was not found if possible.
const SkippedRecord& Example(const std::vector<SkippedRecord>& skipped,
                             const std::vector<std::string>& not_found) {
  const auto is_missed = [&not_found](const SkippedRecord& record) {
    return std::ranges::any_of(not_found, [&record](const std::string& name) {
      return record.fn.starts_with(name + "-");
    });
  };
  const auto found = std::ranges::find_if(skipped, is_missed);
  return found == skipped.end() ? skipped.front() : *found;
}

// One line for each subdir with records that had to be left out.
void WarnOfSkippedRecords(const LoadedChannels& channels, AnswerContext* context) {
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      const IngestReport& report = subdir.report;
      if (report.num_skipped == 0 || report.skipped.empty()) {
        continue;
      }
      const SkippedRecord& example = Example(report.skipped, context->not_found);
      context->warnings.push_back(absl::StrFormat(
          "%s: %d record%s left out, such as %s: %s", subdir.location.repodata, report.num_skipped,
          report.num_skipped == 1 ? "" : "s", example.fn, example.reason));
    }
  }
}

// A word as a POSIX shell reads it back.
std::string Quoted(const std::string& word) {
  constexpr std::string_view kPlain = "-_./=:,+@%";
  const bool plain = !word.empty() && std::ranges::all_of(word, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kPlain.find(c) != std::string_view::npos;
  });
  if (plain) {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

// Every other option that was given.
std::string OtherOptions(const Arguments& arguments, const std::vector<std::string>& without) {
  std::string text;
  for (const OptionGroup& group : FindCommand("solve")->groups) {
    for (const Option& option : group.options) {
      const std::string name = OptionNames(option).front();
      if (std::ranges::count(without, OptionNames(option).back()) > 0) {
        continue;
      }
      std::vector<std::string> values;
      if (const auto* flag = std::get_if<bool Arguments::*>(&option.target)) {
        text += arguments.**flag ? " " + name : "";
      } else if (const auto* one = std::get_if<std::string Arguments::*>(&option.target)) {
        values = (arguments.**one).empty() ? values : std::vector{arguments.**one};
      } else {
        values = arguments.*std::get<std::vector<std::string> Arguments::*>(option.target);
      }
      for (const std::string& value : values) {
        text += " " + name + " " + Quoted(value);
      }
    }
  }
  return text;
}

// Of the machine, where the request plans for another one.
std::string Overrides(const Request& original, const Request& request) {
  std::string text;
  for (const PackageRecord& record : request.virtual_packages) {
    const auto same = [&](const PackageRecord& other) {
      return other.name == record.name && other.version == record.version;
    };
    if (!std::ranges::any_of(original.virtual_packages, same)) {
      std::string name = record.name.substr(2);
      std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      text += absl::StrFormat("CONDA_OVERRIDE_%s=%s ", name, record.version);
    }
  }
  return text;
}

bool SameTexts(const std::vector<MatchSpec>& a, const std::vector<MatchSpec>& b) {
  return std::ranges::equal(a, b, {}, &MatchSpec::ToString, &MatchSpec::ToString);
}

std::string DateText(std::int64_t ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

}  // namespace

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

absl::StatusOr<Attempt> SolveInterruptibly(const Arguments& arguments, const Request& request,
                                           ProgressLine& progress) {
  const InterruptGuard interrupt;
  SolveOptions options;
  options.objective = ObjectiveOf(arguments.objective);
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
        "no plan within %s seconds; give --timeout more, or ask for less", arguments.timeout));
  }
  RETURN_IF_ERROR(outcome.status());
  return Attempt{*std::move(outcome), interrupt.flag()->load()};
}

AnswerContext ContextOf(const Arguments& arguments, const PreparedRequest& prepared,
                        bool is_conflict) {
  AnswerContext context;
  context.platform = prepared.platform;
  context.prefix = prepared.prefix;
  context.objective = arguments.objective.empty() ? "newest" : arguments.objective;
  context.not_found = prepared.not_found;
  context.warnings = prepared.warnings;
  if (const FetchReport& fetch = prepared.channels.fetch;
      arguments.verbose && !arguments.json && fetch.num_requests > 0) {
    context.warnings.push_back(absl::StrFormat(
        "fetched %.2f MB in %d requests, at most %d one after the other",
        static_cast<double>(fetch.received_bytes) / 1e6, fetch.num_requests, fetch.num_rounds));
  }
  // What was left out may be what is missing.
  if (arguments.verbose || arguments.json || is_conflict) {
    WarnOfSkippedRecords(prepared.channels, &context);
  }
  return context;
}

std::string SolveCommand(const Arguments& arguments, const PreparedRequest& prepared,
                         const Request& request) {
  const Request& original = prepared.request;
  std::vector<std::string> without = {"--pin",     "--remove", "--exclude-newer",
                                      "--json",    "--html",   "--quiet",
                                      "--verbose", "--proof",  "--timeout"};
  std::string text = Overrides(original, request) + "satchel solve";
  // Specs of files are said one by one where any of them changes; then the files' channels too.
  const bool keeps_specs = SameTexts(original.specs, request.specs);
  if (keeps_specs) {
    for (const std::string& spec : arguments.positional) {
      text += " " + Quoted(spec);
    }
  } else {
    for (const MatchSpec& spec : request.specs) {
      text += " " + Quoted(PlainText(spec));
    }
    if (!arguments.files.empty()) {
      without.insert(without.end(), {"--file", "--channel"});
      for (const LoadedChannel& channel : prepared.channels.channels) {
        text += " -c " + Quoted(channel.url);
      }
    }
  }
  // Pins of an environment are read again with it.
  for (const MatchSpec& pin : request.pins) {
    const auto known = std::ranges::find(original.pins, pin.ToString(), &MatchSpec::ToString);
    if (known == original.pins.end() ||
        known - original.pins.begin() < std::ssize(arguments.pins)) {
      text += " --pin " + Quoted(PlainText(pin));
    }
  }
  for (const MatchSpec& removal : request.remove) {
    text += " --remove " + Quoted(PlainText(removal));
  }
  if (request.exclude_newer_ms.has_value()) {
    text += " --exclude-newer " + Quoted(request.exclude_newer_ms == original.exclude_newer_ms
                                             ? arguments.exclude_newer
                                             : DateText(*request.exclude_newer_ms));
  }
  return text + OtherOptions(arguments, without);
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
    fix.command = SolveCommand(arguments, prepared, fix.request);
  }
  return list;
}

}  // namespace satchel
