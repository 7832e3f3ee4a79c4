#include "frontend/lock/lock_diff.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "repodata/spec/match_spec.h"
#include "repodata/spec/record_match.h"
#include "repodata/version/version.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Kind = LockChange::Kind;

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kAdded:
      return "added";
    case Kind::kRemoved:
      return "removed";
    case Kind::kUpgraded:
      return "upgraded";
    case Kind::kDowngraded:
      return "downgraded";
    case Kind::kRebuilt:
      break;
  }
  return "rebuilt";
}

std::string Shown(const PackageRecord* record) {
  return record == nullptr ? ""
                           : record->version + (record->build.empty() ? "" : " ") + record->build;
}

bool IsSame(const PackageRecord& a, const PackageRecord& b) {
  const bool has_hash = !a.sha256.empty() && !b.sha256.empty();
  return a.fn == b.fn && a.subdir == b.subdir && (has_hash ? a.sha256 == b.sha256 : a.url == b.url);
}

Kind KindOf(const PackageRecord* before, const PackageRecord* after) {
  if (before == nullptr || after == nullptr) {
    return before == nullptr ? Kind::kAdded : Kind::kRemoved;
  }
  const absl::StatusOr<Version> from = Version::Parse(before->version);
  const absl::StatusOr<Version> to = Version::Parse(after->version);
  if (!from.ok() || !to.ok() || from->key() == to->key()) {
    return Kind::kRebuilt;
  }
  return from->key() < to->key() ? Kind::kUpgraded : Kind::kDowngraded;
}

using ByName = std::map<std::string, const PackageRecord*>;

// What is locked: conda's packages, PyPI's, and what else was asked of pip.
std::vector<PackageRecord> RecordsOf(const LockedPlatform* platform) {
  if (platform == nullptr) {
    return {};
  }
  std::vector<PackageRecord> records = platform->packages;
  for (const LockedPypi& package : platform->pypi) {
    PackageRecord& record = records.emplace_back();
    record.name = package.name + " (PyPI)";
    record.version = package.version.empty() ? package.url : package.version;
    record.fn = package.url;
    record.url = package.url;
    record.sha256 = package.sha256;
  }
  for (const std::string& line : platform->pip) {
    PackageRecord& record = records.emplace_back();
    record.name = line + " (pip)";
    record.fn = line;
  }
  return records;
}

ByName NamesOf(const std::vector<PackageRecord>& records) {
  ByName packages;
  for (const PackageRecord& record : records) {
    packages.emplace(record.name, &record);
  }
  return packages;
}

const PackageRecord* Of(const ByName& packages, const std::string& name) {
  const auto found = packages.find(name);
  return found == packages.end() ? nullptr : found->second;
}

// The first dependency of `record` on that name, as written; null if there is none.
const std::string* DependencyOn(const PackageRecord& record, const std::string& name) {
  const auto found = std::ranges::find_if(record.depends, [&name](const std::string& text) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    return spec.ok() && spec->name() == name;
  });
  return found == record.depends.end() ? nullptr : &*found;
}

// The package that needs `name` and has itself changed, else any that needs it.
const PackageRecord* DependentOn(const std::string& name, const ByName& packages,
                                 const ByName& others) {
  const PackageRecord* any = nullptr;
  for (const auto& [dependent, record] : packages) {
    if (DependencyOn(*record, name) != nullptr) {
      const PackageRecord* const other = Of(others, dependent);
      if (other == nullptr || !IsSame(*record, *other)) {
        return record;
      }
      any = any == nullptr ? record : any;
    }
  }
  return any;
}

std::string ReasonOf(const std::string& name, const ByName& old_ones, const ByName& new_ones) {
  const PackageRecord* const from = Of(old_ones, name);
  if (from == nullptr) {
    const PackageRecord* const dependent = DependentOn(name, new_ones, old_ones);
    return dependent == nullptr ? "" : "needed by " + dependent->name;
  }
  if (Of(new_ones, name) == nullptr) {
    const PackageRecord* const dependent = DependentOn(name, old_ones, new_ones);
    return dependent == nullptr ? "" : "no longer needed by " + dependent->name;
  }
  for (const auto& [dependent, record] : new_ones) {
    const std::string* const text = DependencyOn(*record, name);
    if (text != nullptr && !MatchesRecord(*MatchSpec::Parse(*text), *from)) {
      return absl::StrFormat("%s %s needs %s", dependent, record->version, *text);
    }
  }
  return "";
}

// A | would end the cell.
std::string InTable(const std::string& text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}});
}

}  // namespace

std::vector<LockChange> CompareLocks(const LockFile& before, const LockFile& after) {
  std::map<std::string, std::pair<const LockedPlatform*, const LockedPlatform*>> pairs;
  for (const LockedPlatform& platform : before.platforms) {
    pairs[platform.Label()].first = &platform;
  }
  for (const LockedPlatform& platform : after.platforms) {
    pairs[platform.Label()].second = &platform;
  }
  // Alike on several platforms, it is one change.
  std::map<std::tuple<std::string, Kind, std::string, std::string, std::string>,
           std::vector<std::string>>
      found;
  for (const auto& [label, pair] : pairs) {
    const std::vector<PackageRecord> old_records = RecordsOf(pair.first);
    const std::vector<PackageRecord> new_records = RecordsOf(pair.second);
    const ByName old_ones = NamesOf(old_records);
    const ByName new_ones = NamesOf(new_records);
    ByName all = old_ones;
    all.insert(new_ones.begin(), new_ones.end());
    for (const auto& [name, record] : all) {
      const PackageRecord* const from = Of(old_ones, name);
      const PackageRecord* const to = Of(new_ones, name);
      if (from == nullptr || to == nullptr || !IsSame(*from, *to)) {
        const std::string reason = ReasonOf(name, old_ones, new_ones);
        found[{name, KindOf(from, to), Shown(from), Shown(to), reason}].push_back(label);
      }
    }
  }
  std::vector<LockChange> changes;
  for (auto& [key, on] : found) {
    const auto& [name, kind, from, to, reason] = key;
    changes.push_back({kind, name, from, to, reason, std::move(on)});
  }
  return changes;
}

std::string LockChangesText(const std::vector<LockChange>& changes, std::size_t num_platforms) {
  std::string text;
  for (const LockChange& change : changes) {
    const char* const arrow = change.before.empty() || change.after.empty() ? "" : " -> ";
    text += absl::StrFormat("%-10s  %s %s%s%s", KindName(change.kind), change.name, change.before,
                            arrow, change.after);
    if (change.platforms.size() < num_platforms) {
      text += "  (" + absl::StrJoin(change.platforms, ", ") + ")";
    }
    text += change.reason.empty() ? "\n" : "  " + change.reason + "\n";
  }
  return text;
}

std::string LockChangesMarkdown(const std::vector<LockChange>& changes) {
  if (changes.empty()) {
    return "No package changed.\n";
  }
  std::string text =
      "| package | change | before | after | why | platforms |\n|---|---|---|---|---|---|\n";
  for (const LockChange& change : changes) {
    text += absl::StrFormat("| %s | %s | %s | %s | %s | %s |\n", change.name, KindName(change.kind),
                            change.before, change.after, InTable(change.reason),
                            absl::StrJoin(change.platforms, ", "));
  }
  return text;
}

std::string LockChangesJson(const std::vector<LockChange>& changes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const LockChange& change : changes) {
    json.push_back({{"change", KindName(change.kind)},
                    {"name", change.name},
                    {"before", change.before},
                    {"after", change.after},
                    {"reason", change.reason},
                    {"platforms", change.platforms}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
