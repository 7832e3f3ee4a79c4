// satchel search: the records that match a spec.

#include <algorithm>
#include <chrono>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/export/package_url.h"
#include "repodata/spec/record_match.h"
#include "repodata/version/version.h"
#include "solver/explain/known_names.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/describe.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/table.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

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

std::string ResultText(const Arguments& arguments, const std::vector<FoundRecord>& found) {
  if (!arguments.info && !arguments.canonical && !arguments.names_only) {
    return RecordTable(found);
  }
  std::string text;
  std::string last;
  for (const FoundRecord& each : found) {
    const PackageRecord record = each.Copy();
    if (arguments.info) {
      text += InfoText(record) + "\n";
    } else if (arguments.canonical) {
      text += PlaceOf(each) + "::" + DistName(record) + "\n";
    } else if (record.name != last) {
      text += record.name + "\n";
      last = record.name;
    }
  }
  return text;
}

// Of the packages that the environment has, those records that are newer.
absl::Status KeepNewer(const Arguments& arguments, std::vector<FoundRecord>* found) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentDescription environment, Describe(prefix));
  std::erase_if(*found, [&environment](const FoundRecord& each) {
    const RecordRow& row = each.index->Record(each.id);
    return std::ranges::none_of(environment.packages, [&](const InstalledPackage& package) {
      const absl::StatusOr<Version> installed = Version::Parse(package.record.version);
      return package.record.name == each.index->Name(row.name) && installed.ok() &&
             installed->ref().key < each.index->VersionOf(row.version).key;
    });
  });
  return absl::OkStatus();
}

// conda's `search --envs`: the same packages where they are installed.
absl::StatusOr<ExitCode> SearchEnvironments(const Arguments& arguments, const MatchSpec& spec,
                                            const std::string& typed) {
  using enum Table::Align;
  Table table({kLeft, kRight, kRight, kLeft, kLeft});
  table.AddRow({"# Name", "Version", "Build", "Channel", "Location"});
  nlohmann::json json = nlohmann::json::array();
  for (const std::string& prefix : ListEnvironments(UserEnvironments(), &LookUpEnvironment)) {
    ASSIGN_OR_RETURN(const EnvironmentDescription environment, Describe(prefix));
    nlohmann::json records = nlohmann::json::array();
    for (const InstalledPackage& package : environment.packages) {
      const PackageRecord& record = package.record;
      if (MatchesRecord(spec, record)) {
        table.AddRow({record.name, record.version, record.build, record.channel, prefix});
        records.push_back({{"build", record.build},
                           {"build_number", record.build_number},
                           {"channel", record.channel},
                           {"name", record.name},
                           {"subdir", record.subdir},
                           {"version", record.version}});
      }
    }
    if (!records.empty()) {
      json.push_back({{"location", prefix}, {"package_records", std::move(records)}});
    }
  }
  if (json.empty()) {
    return NothingMatches(arguments, typed, "the environments");
  }
  RETURN_IF_ERROR(Print(
      arguments.json ? json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
                     : table.ToString(/*colour=*/false)));
  return kExitOk;
}

// What was most likely meant.
std::string OtherNameFor(const std::string& typed, const LoadedChannels& channels) {
  if (const std::string_view other = CondaNameOf(typed); !other.empty()) {
    return std::string(other);
  }
  std::vector<std::string_view> names;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      for (std::size_t i = 0; i < subdir.index->num_names(); ++i) {
        names.push_back(subdir.index->Name(NameId(i)));
      }
    }
  }
  return std::string(Nearest(typed, names));
}

}  // namespace

absl::StatusOr<ExitCode> RunSearch(const Arguments& arguments) {
  if (arguments.reverse_dependency) {
    return RunRepoqueryWhoneeds(arguments);
  }
  if (arguments.positional.size() > 1) {
    return absl::InvalidArgumentError("one spec at a time; quote one that has spaces");
  }
  const std::string typed = arguments.positional.empty() ? "*" : arguments.positional[0];
  ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(typed));
  if (arguments.in_environments) {
    return SearchEnvironments(arguments, spec, typed);
  }
  const bool is_local = IsLocalQuery(arguments);
  ASSIGN_OR_RETURN(LoadedChannels channels, is_local
                                                ? LoadInstalled(arguments)
                                                : LoadForQuery(arguments, Wanted(spec), {spec}));
  std::vector<FoundRecord> found = FindMatching(channels, spec);
  const bool is_name_only = spec.name() == typed && !spec.name_is_glob();
  if (found.empty() && is_name_only && !arguments.full_name) {
    ASSIGN_OR_RETURN(spec, MatchSpec::Parse("*" + typed + "*"));
    if (!is_local) {
      ASSIGN_OR_RETURN(channels, LoadForQuery(arguments, Wanted(spec), {spec}));
    }
    found = FindMatching(channels, spec);
  }
  std::size_t num_hidden = 0;
  if (!is_local) {
    ASSIGN_OR_RETURN(num_hidden, HideTooNew(arguments, channels, &found));
  }
  if (num_hidden > 0 && !arguments.quiet) {
    PrintWarning(absl::StrFormat("exclude_newer hides %d newer record%s", num_hidden,
                                 num_hidden == 1 ? "" : "s"));
  }
  if (arguments.outdated) {
    RETURN_IF_ERROR(KeepNewer(arguments, &found));
  }
  if (found.empty()) {
    const char* const where = is_local         ? "the environment"
                              : num_hidden > 0 ? "the channels that exclude_newer allows"
                                               : "the channels";
    return NothingMatches(
        arguments, typed, where,
        is_name_only && num_hidden == 0 ? OtherNameFor(typed, channels) : std::string(),
        SubdirUrls(channels));
  }
  if (arguments.json && arguments.command == "repoquery search") {
    std::ranges::reverse(found);
    RETURN_IF_ERROR(Print(MambaQueryJson(typed, "search", found, {}, nlohmann::json::object())));
    return kExitOk;
  }
  if (arguments.json) {
    RETURN_IF_ERROR(Print(RecordsJson(found)));
    return kExitOk;
  }
  RETURN_IF_ERROR(Print(ResultText(arguments, found)));
  return kExitOk;
}

}  // namespace satchel
