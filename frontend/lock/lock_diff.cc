#include "frontend/lock/lock_diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

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
  return record == nullptr ? "" : record->version + " " + record->build;
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

ByName PackagesOf(const LockedPlatform* platform) {
  ByName packages;
  if (platform != nullptr) {
    for (const PackageRecord& record : platform->packages) {
      packages.emplace(record.name, &record);
    }
  }
  return packages;
}

const PackageRecord* Of(const ByName& packages, const std::string& name) {
  const auto found = packages.find(name);
  return found == packages.end() ? nullptr : found->second;
}

}  // namespace

std::vector<LockChange> CompareLocks(const LockFile& before, const LockFile& after) {
  std::set<std::string> platforms;
  for (const LockFile* lock : {&before, &after}) {
    for (const LockedPlatform& platform : lock->platforms) {
      platforms.insert(platform.platform);
    }
  }
  // Alike on several platforms, it is one change.
  std::map<std::tuple<std::string, Kind, std::string, std::string>, std::vector<std::string>> found;
  for (const std::string& platform : platforms) {
    const ByName old_ones = PackagesOf(before.Find(platform));
    const ByName new_ones = PackagesOf(after.Find(platform));
    ByName all = old_ones;
    all.insert(new_ones.begin(), new_ones.end());
    for (const auto& [name, record] : all) {
      const PackageRecord* const from = Of(old_ones, name);
      const PackageRecord* const to = Of(new_ones, name);
      if (from == nullptr || to == nullptr || !IsSame(*from, *to)) {
        found[{name, KindOf(from, to), Shown(from), Shown(to)}].push_back(platform);
      }
    }
  }
  std::vector<LockChange> changes;
  for (auto& [key, on] : found) {
    const auto& [name, kind, from, to] = key;
    changes.push_back({kind, name, from, to, std::move(on)});
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
    text += "\n";
  }
  return text;
}

std::string LockChangesMarkdown(const std::vector<LockChange>& changes) {
  if (changes.empty()) {
    return "No package changed.\n";
  }
  std::string text = "| package | change | before | after | platforms |\n|---|---|---|---|---|\n";
  for (const LockChange& change : changes) {
    text += absl::StrFormat("| %s | %s | %s | %s | %s |\n", change.name, KindName(change.kind),
                            change.before, change.after, absl::StrJoin(change.platforms, ", "));
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
                    {"platforms", change.platforms}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace satchel
