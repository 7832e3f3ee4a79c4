#include "tools/cli/solve/text_report.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/check.h"
#include "repodata/version/version.h"
#include "tools/cli/framework/table.h"

namespace satchel {
namespace {

constexpr char kGreen[] = "32";
constexpr char kRed[] = "31";
constexpr char kYellow[] = "33";
constexpr char kBold[] = "1";

std::string Size(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  if (bytes < 1000) {
    return bytes == 0 ? "" : absl::StrFormat("%d B", bytes);
  }
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return value < 9.95 ? absl::StrFormat("%.1f %s", value, kUnits[unit])
                      : absl::StrFormat("%.0f %s", value, kUnits[unit]);
}

std::string Time(double ms) {
  return ms < 1000 ? absl::StrFormat("%.0f ms", ms) : absl::StrFormat("%.1f s", ms / 1000);
}

std::string Count(std::size_t count, const char* what) {
  return absl::StrFormat("%d %s%s", count, what, count == 1 ? "" : "s");
}

// "1.3 y (numpy)": the newest version came 1.3 years later, and numpy holds this one back.
std::string Behind(const PlanPackage& package) {
  constexpr double kYear = 365.25;
  if (package.versions_behind == 0) {
    return "";
  }
  const auto days = static_cast<double>(package.days_behind);
  const std::string behind =
      days == 0      ? Count(static_cast<std::size_t>(package.versions_behind), "version")
      : days < kYear ? absl::StrFormat("%d d", package.days_behind)
                     : absl::StrFormat("%.1f y", days / kYear);
  return package.limited_by.empty() ? behind
                                    : absl::StrFormat("%s (%s)", behind, package.limited_by);
}

Table NewTable() {
  using enum Table::Align;
  Table table({kLeft, kLeft, kLeft, kLeft, kLeft, kRight, kLeft});
  table.AddRow({" ", "Package", "Version", "Build", "Channel", "Size", "Behind"}, kBold);
  return table;
}

std::vector<const PlanPackage*> ByName(const Plan& plan) {
  std::vector<const PlanPackage*> packages;
  for (const PlanPackage& package : plan.packages) {
    packages.push_back(&package);
  }
  std::ranges::sort(packages, {},
                    [](const PlanPackage* p) -> const std::string& { return p->record.name; });
  return packages;
}

std::string NewEnvironmentTable(const Plan& plan, bool colour) {
  Table table = NewTable();
  for (const PlanPackage* package : ByName(plan)) {
    const PackageRecord& record = package->record;
    table.AddRow({package->requested ? "*" : " ", record.name, record.version, record.build,
                  record.channel, Size(record.size_bytes), Behind(*package)},
                 package->requested ? kGreen : "");
  }
  return table.ToString(colour);
}

enum class ChangeKind { kInstall, kUpgrade, kDowngrade, kChange, kRemove };
constexpr std::array<ChangeKind, 5> kChanges = {ChangeKind::kInstall, ChangeKind::kUpgrade,
                                                ChangeKind::kDowngrade, ChangeKind::kChange,
                                                ChangeKind::kRemove};

struct ChangeWords {
  const char* title;
  const char* sign;
  const char* style;
};

ChangeWords WordsOf(ChangeKind change) {
  switch (change) {
    case ChangeKind::kInstall:
      return {"Install", "+", kGreen};
    case ChangeKind::kUpgrade:
      return {"Upgrade", "^", kGreen};
    case ChangeKind::kDowngrade:
      return {"Downgrade", "v", kYellow};
    case ChangeKind::kChange:
      return {"Change", "~", kYellow};
    case ChangeKind::kRemove:
      break;
  }
  return {"Remove", "-", kRed};
}

const PackageRecord* FindByName(const std::vector<PackageRecord>& records,
                                const std::string& name) {
  const auto found = std::ranges::find(records, name, &PackageRecord::name);
  return found == records.end() ? nullptr : &*found;
}

ChangeKind ChangeFrom(const PackageRecord* before, const PackageRecord& after) {
  if (before == nullptr) {
    return ChangeKind::kInstall;
  }
  const auto old_version = Version::Parse(before->version);
  const auto new_version = Version::Parse(after.version);
  if (!old_version.ok() || !new_version.ok() || *old_version == *new_version) {
    return ChangeKind::kChange;
  }
  return *old_version < *new_version ? ChangeKind::kUpgrade : ChangeKind::kDowngrade;
}

std::string FromTo(const std::string& before, const std::string& after) {
  return before == after ? after : before + " -> " + after;
}

struct ChangedPackage {
  ChangeKind change;
  const PackageRecord* before;  // Null for kInstall.
  const PlanPackage* after;     // Null for kRemove.
};

std::vector<ChangedPackage> ChangesOf(const Plan& plan) {
  std::vector<ChangedPackage> changes;
  for (const PlanPackage* package : ByName(plan)) {
    if (FindByName(plan.link, package->record.name) != nullptr) {
      const PackageRecord* before = FindByName(plan.unlink, package->record.name);
      changes.push_back({ChangeFrom(before, package->record), before, package});
    }
  }
  std::vector<const PackageRecord*> removed;
  for (const PackageRecord& record : plan.unlink) {
    if (FindByName(plan.link, record.name) == nullptr) {
      removed.push_back(&record);
    }
  }
  std::ranges::sort(removed, {},
                    [](const PackageRecord* r) -> const std::string& { return r->name; });
  for (const PackageRecord* record : removed) {
    changes.push_back({ChangeKind::kRemove, record, nullptr});
  }
  return changes;
}

void AddChange(const ChangedPackage& changed, Table* table) {
  SATCHEL_CHECK(changed.before != nullptr || changed.after != nullptr);
  const ChangeWords words = WordsOf(changed.change);
  const PackageRecord& now = changed.after == nullptr ? *changed.before : changed.after->record;
  const PackageRecord& before = changed.before == nullptr ? now : *changed.before;
  table->AddRow(
      {words.sign, now.name, FromTo(before.version, now.version),
       before.version == now.version ? FromTo(before.build, now.build) : now.build,
       FromTo(before.channel, now.channel), changed.after == nullptr ? "" : Size(now.size_bytes),
       changed.after == nullptr ? "" : Behind(*changed.after)},
      words.style);
}

std::string ChangesTable(const Plan& plan, bool colour) {
  const std::vector<ChangedPackage> changes = ChangesOf(plan);
  if (changes.empty()) {
    return "Nothing to change.\n";
  }
  Table table = NewTable();
  for (const ChangeKind kind : kChanges) {
    bool is_first = true;
    for (const ChangedPackage& changed : changes) {
      if (changed.change != kind) {
        continue;
      }
      if (std::exchange(is_first, false)) {
        table.AddTitle(absl::StrFormat("%s:", WordsOf(kind).title));
      }
      AddChange(changed, &table);
    }
  }
  return table.ToString(colour);
}

std::string ChangeCounts(const Plan& plan) {
  const std::vector<ChangedPackage> changes = ChangesOf(plan);
  std::vector<std::string> counts;
  for (const ChangeKind kind : kChanges) {
    const auto count = std::ranges::count(changes, kind, &ChangedPackage::change);
    if (count > 0) {
      counts.push_back(absl::StrFormat("%s %d", WordsOf(kind).title, count));
    }
  }
  return absl::StrJoin(counts, ", ");
}

// Of what is not in the package cache, where somebody looked.
std::string DownloadText(const Plan& plan, const AnswerContext& context) {
  const std::vector<PackageRecord>& records =
      context.fetch.has_value() ? *context.fetch : plan.link;
  if (records.empty()) {
    return "nothing to download";
  }
  std::uint64_t bytes = 0;
  for (const PackageRecord& record : records) {
    bytes += record.size_bytes;
  }
  return bytes == 0 ? std::string("sizes unknown") : Size(bytes) + " to download";
}

std::string Totals(const Plan& plan, const AnswerContext& context, bool has_environment) {
  std::string text = Count(plan.packages.size(), "package");
  if (has_environment) {
    const std::string counts = ChangeCounts(plan);
    text += counts.empty() ? "" : " (" + counts + ")";
  }
  if (!plan.link.empty()) {
    text += ", " + DownloadText(plan, context);
  }
  return text + (has_environment ? "" : "; * requested") + "\n";
}

std::string How(const Plan& plan, const AnswerContext& context) {
  const SolveStatistics& statistics = plan.statistics;
  std::string text =
      absl::StrFormat("load %s, encode %s, solve %s; ", Time(context.load_ms),
                      Time(statistics.reach_ms + statistics.encode_ms),
                      Time(statistics.search_ms + statistics.optimise_ms - statistics.encode_ms));
  if (!plan.proven) {
    return text + "not proven to be the best: stopped before the end\n";
  }
  const bool certified =
      !plan.levels.empty() && std::ranges::all_of(plan.levels, &LevelValue::certified);
  return text + (certified ? "the best plan, proven twice\n" : "the best plan, proven\n");
}

std::string Details(const Plan& plan) {
  const SolveStatistics& s = plan.statistics;
  std::string text = "\nLevels of the objective (0 is the best imaginable):\n";
  for (const LevelValue& level : plan.levels) {
    text += absl::StrFormat("  %6d%s  %s%s\n", level.value,
                            level.unit == LevelValue::Unit::kDays ? " d" : "  ", level.level,
                            level.proven ? "" : " (not proven)");
  }
  text += absl::StrFormat(
      "%d names, %d candidates, %d variables, %d clauses; %d SAT calls, %d conflicts\n", s.names,
      s.candidates, s.variables, s.clauses, s.sat_calls, s.conflicts);
  return text;
}

}  // namespace

std::string PlanText(const Plan& plan, const AnswerContext& context, const TextOptions& options) {
  std::string text = options.has_environment ? ChangesTable(plan, options.colour)
                                             : NewEnvironmentTable(plan, options.colour);
  if (options.quiet) {
    return text;
  }
  text += "\n" + Totals(plan, context, options.has_environment) + How(plan, context);
  if (options.verbose) {
    text += Details(plan);
  }
  return text;
}

}  // namespace satchel
