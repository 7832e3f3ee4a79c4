// satchel search: the records that match a spec.

#include <chrono>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

WantedNames Wanted(const MatchSpec& spec) {
  WantedNames wanted;
  wanted.with_dependencies = false;
  wanted.everything = spec.name().empty() || spec.name() == "*";
  if (spec.name_is_glob()) {
    wanted.patterns = {spec.name()};
  } else {
    wanted.names = {spec.name()};
  }
  return wanted;
}

std::string Moment(std::int64_t timestamp_ms) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> moment{
      std::chrono::milliseconds(timestamp_ms)};
  const auto day = floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::seconds>(moment - day));
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                         time.hours().count(), time.minutes().count(), time.seconds().count());
}

// As conda's `search --info`.
std::string InfoText(const PackageRecord& record) {
  const std::string title = record.name + " " + record.version + " " + record.build;
  std::string text = title + "\n" + std::string(title.size(), '-') + "\n";
  const auto line = [&text](const char* name, const std::string& value) {
    if (!value.empty()) {
      text += absl::StrFormat("%-12s: %s\n", name, value);
    }
  };
  line("file name", record.fn);
  line("name", record.name);
  line("version", record.version);
  line("build", record.build);
  line("build number", std::to_string(record.build_number));
  line("size", record.size_bytes == 0
                   ? ""
                   : absl::StrFormat("%.1f MB", static_cast<double>(record.size_bytes) / 1e6));
  line("license", record.license);
  line("channel", record.channel);
  line("subdir", record.subdir);
  line("url", record.url);
  line("md5", record.md5);
  line("sha256", record.sha256);
  line("timestamp", record.timestamp_ms > 0 ? Moment(record.timestamp_ms) : "");
  for (const auto& [title_of, list] :
       {std::pair{"dependencies", &record.depends}, std::pair{"constraints", &record.constrains}}) {
    if (!list->empty()) {
      text += absl::StrFormat("%-12s:\n  - %s\n", title_of, absl::StrJoin(*list, "\n  - "));
    }
  }
  for (const auto& [group, specs] : record.extra_depends) {
    text += absl::StrFormat("extra %-6s:\n", group);
    for (const std::string& spec : specs) {
      text += absl::StrFormat("  - %s\n", spec);
    }
  }
  line("flags", record.flags);
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunSearch(const Arguments& arguments) {
  if (arguments.positional.size() > 1) {
    return absl::InvalidArgumentError("one spec at a time; quote one that has spaces");
  }
  const std::string typed = arguments.positional.empty() ? "*" : arguments.positional[0];
  ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(typed));
  ASSIGN_OR_RETURN(LoadedChannels channels, LoadForQuery(arguments, Wanted(spec)));
  std::vector<FoundRecord> found = FindMatching(channels, spec);
  const bool is_name_only = spec.name() == typed && !spec.name_is_glob();
  if (found.empty() && is_name_only) {
    ASSIGN_OR_RETURN(spec, MatchSpec::Parse("*" + typed + "*"));
    ASSIGN_OR_RETURN(channels, LoadForQuery(arguments, Wanted(spec)));
    found = FindMatching(channels, spec);
  }
  if (found.empty()) {
    return NothingMatches(arguments, typed);
  }
  if (arguments.json) {
    RETURN_IF_ERROR(Print(RecordsJson(found)));
    return kExitOk;
  }
  std::string text;
  if (arguments.info) {
    for (const FoundRecord& record : found) {
      text += InfoText(record.Copy()) + "\n";
    }
  } else {
    text = RecordTable(found);
  }
  RETURN_IF_ERROR(Print(text));
  return kExitOk;
}

}  // namespace satchel
