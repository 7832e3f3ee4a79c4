// satchel impact: what a change of channels breaks, and what it makes possible.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/export/package_url.h"
#include "frontend/export/repodata_patch.h"
#include "frontend/files.h"
#include "frontend/scratch_directory.h"
#include "repodata/io/file.h"
#include "tools/cli/audit/audit_platform.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/framework/whole_channels.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

// Of one platform.
struct Impact {
  struct Broken {
    PackageRecord record;
    std::string cause;
    bool is_new = false;  // It was not there before.
  };
  std::string platform;
  std::vector<Broken> broken;         // By cause, then by name.
  std::vector<std::string> possible;  // Now; were there, and broken.
  std::vector<std::string> gone;      // Were installable, and are not there.
  std::size_t num_unknown = 0;        // Undecided before or after.
  std::size_t num_added = 0;          // Installable, and new.
};

std::string PathOf(const PackageRecord& record) {
  return record.subdir + "/" + record.fn;
}

// The channels with the instructions applied to the first of them.
absl::Status WritePatched(const LoadedChannels& channels, const std::string& instructions,
                          const std::string& label, const std::string& directory) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
  if (channels.channels.empty()) {
    return absl::InvalidArgumentError("--patch: there is no channel to apply it to");
  }
  for (const LoadedSubdir& subdir : channels.channels[0].subdirs) {
    const std::string& path = subdir.location.repodata;
    ASSIGN_OR_RETURN(const TextBuffer text, ReadTextFile(path, path, kMostBytes));
    ASSIGN_OR_RETURN(const std::string patched,
                     PatchRepodata(std::string(text.text()), path, instructions, label));
    const std::string in = directory + "/" + std::string(subdir.index->subdir());
    if (!CanWriteInto(in)) {
      return absl::UnavailableError(in + ": cannot be written");
    }
    RETURN_IF_ERROR(EditFile(in + "/repodata.json", patched));
  }
  return absl::OkStatus();
}

Impact Compare(const AuditReport& before, const AuditedPlatform& after) {
  Impact impact;
  impact.platform = after.platform;
  // For want of time nothing is known of some: they have neither broken nor come.
  std::set<std::string> unknown;
  for (const AuditReport* report : {&before, &after.report}) {
    for (const PackageRecord& record : report->undecided) {
      unknown.insert(PathOf(record));
    }
  }
  impact.num_unknown = unknown.size();
  std::set<std::string> broken_before;
  for (const PackageRecord& record : before.broken) {
    broken_before.insert(PathOf(record));
  }
  const auto was_installable = [&before](const std::string& path) {
    return std::ranges::binary_search(before.installable, path);
  };
  std::set<std::string> after_paths(after.report.installable.begin(),
                                    after.report.installable.end());
  for (const std::string& path : after.report.installable) {
    if (broken_before.contains(path)) {
      impact.possible.push_back(path);
    } else if (!unknown.contains(path)) {
      impact.num_added += was_installable(path) ? 0 : 1;
    }
  }
  for (const AuditCause& cause : after.report.causes) {
    for (const std::vector<std::size_t>* which : {&cause.direct, &cause.indirect}) {
      for (const std::size_t i : *which) {
        const PackageRecord& record = after.report.broken[i];
        const std::string path = PathOf(record);
        after_paths.insert(path);
        if (!broken_before.contains(path) && !unknown.contains(path)) {
          impact.broken.push_back({record, CauseText(cause, after.with), !was_installable(path)});
        }
      }
    }
  }
  for (const std::string& path : before.installable) {
    if (!after_paths.contains(path) && !unknown.contains(path)) {
      impact.gone.push_back(path);
    }
  }
  return impact;
}

std::string ImpactText(const Impact& impact) {
  std::string text = absl::StrFormat(
      "%s: %d records break, %d become possible, %d are gone, %d are new\n", impact.platform,
      impact.broken.size(), impact.possible.size(), impact.gone.size(), impact.num_added);
  if (impact.num_unknown > 0) {
    text += absl::StrFormat("%d more could not be decided in time\n", impact.num_unknown);
  }
  std::string cause;
  for (const Impact::Broken& broken : impact.broken) {
    if (broken.cause != cause) {
      cause = broken.cause;
      text += "\n" + cause + "\n";
    }
    text += "  " + DistName(broken.record) + (broken.is_new ? " (new)" : "") + "\n";
  }
  if (!impact.possible.empty()) {
    text += "\nNow possible:\n  " + absl::StrJoin(impact.possible, "\n  ") + "\n";
  }
  return text;
}

std::string ImpactMarkdown(const Impact& impact) {
  std::string text = absl::StrFormat(
      "### %s\n\n%d records break, %d become possible, %d are gone, %d are new.\n", impact.platform,
      impact.broken.size(), impact.possible.size(), impact.gone.size(), impact.num_added);
  if (impact.broken.empty()) {
    return text;
  }
  text += "\n| record | why it breaks |\n|---|---|\n";
  for (const Impact::Broken& broken : impact.broken) {
    text += absl::StrFormat("| %s%s | %s |\n", DistName(broken.record),
                            broken.is_new ? " (new)" : "", InTableCell(broken.cause));
  }
  return text;
}

OrderedJson ImpactJson(const Impact& impact) {
  OrderedJson broken = OrderedJson::array();
  for (const Impact::Broken& each : impact.broken) {
    broken.push_back({{"name", each.record.name},
                      {"version", each.record.version},
                      {"build", each.record.build},
                      {"subdir", each.record.subdir},
                      {"fn", each.record.fn},
                      {"cause", each.cause},
                      {"new", each.is_new}});
  }
  return {{"platform", impact.platform}, {"broken", std::move(broken)},
          {"possible", impact.possible}, {"gone", impact.gone},
          {"added", impact.num_added},   {"undecided", impact.num_unknown}};
}

// What the channels are before and after.
struct Sides {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

absl::StatusOr<Sides> SidesOf(const Arguments& arguments, const Configuration& configuration) {
  Sides sides;
  sides.before = arguments.positional;
  if (sides.before.empty() && arguments.before.empty()) {
    sides.before = ChannelsOf(arguments, configuration);
  }
  sides.after = sides.before;
  if (arguments.before.empty() != arguments.after.empty()) {
    return absl::InvalidArgumentError("--before and --after belong together");
  }
  if (!arguments.before.empty()) {
    sides.before.insert(sides.before.begin(), arguments.before);
    sides.after.insert(sides.after.begin(), arguments.after);
  }
  sides.after.insert(sides.after.begin(), arguments.with.begin(), arguments.with.end());
  if (sides.before.empty()) {
    return absl::InvalidArgumentError(
        "impact on what? give channels, as in 'satchel impact conda-forge --without numpy=2'");
  }
  if (sides.before == sides.after && arguments.without.empty() && arguments.patch.empty()) {
    return absl::InvalidArgumentError(
        "impact of what? give --without, --with, --patch, or --before and --after");
  }
  return sides;
}

absl::StatusOr<Impact> ImpactOn(const Arguments& arguments, const Configuration& configuration,
                                const Sides& sides, const std::string& platform) {
  ASSIGN_OR_RETURN(const LoadedChannels before,
                   LoadWholeChannels(arguments, configuration, sides.before, platform));
  std::ranges::for_each(before.warnings, PrintWarning);
  Arguments beside = arguments;
  beside.with = arguments.beside;
  ASSIGN_OR_RETURN(const AuditedPlatform first,
                   AuditPlatform(beside, configuration, before, platform, {}, true));
  std::optional<ScratchDirectory> scratch;
  std::vector<std::string> typed = sides.after;
  if (!arguments.patch.empty()) {
    ASSIGN_OR_RETURN(const std::string instructions, ReadFile(arguments.patch));
    ASSIGN_OR_RETURN(ScratchDirectory made, ScratchDirectory::Make());
    scratch.emplace(std::move(made));
    RETURN_IF_ERROR(WritePatched(before, instructions, arguments.patch, scratch->path()));
    typed[arguments.with.size()] = scratch->path();
  }
  ASSIGN_OR_RETURN(const LoadedChannels after,
                   LoadWholeChannels(arguments, configuration, typed, platform));
  ASSIGN_OR_RETURN(const AuditedPlatform second,
                   AuditPlatform(beside, configuration, after, platform, arguments.without, true));
  return Compare(first.report, second);
}

}  // namespace

absl::StatusOr<ExitCode> RunImpact(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const Sides sides, SidesOf(arguments, configuration));
  ASSIGN_OR_RETURN(const std::vector<std::string> platforms,
                   PlatformsToAudit(arguments, configuration));
  OrderedJson json = OrderedJson::array();
  bool breaks = false;
  std::string text;
  for (const std::string& platform : platforms) {
    ASSIGN_OR_RETURN(const Impact impact, ImpactOn(arguments, configuration, sides, platform));
    breaks = breaks || !impact.broken.empty();
    text += arguments.markdown ? ImpactMarkdown(impact) : ImpactText(impact);
    json.push_back(ImpactJson(impact));
  }
  if (arguments.json) {
    const OrderedJson whole = {{"schema", 1}, {"platforms", std::move(json)}};
    text = whole.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  }
  RETURN_IF_ERROR(Print(text));
  return breaks ? kExitUnsatisfiable : kExitOk;
}

}  // namespace satchel
