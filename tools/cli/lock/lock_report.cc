#include "tools/cli/lock/lock_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/export/conflict_text.h"
#include "tools/cli/framework/terminal.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string ChangesOf(const Fix& fix) {
  std::vector<std::string> texts;
  for (const Change& change : fix.changes) {
    texts.push_back(change.text);
  }
  return absl::StrJoin(texts, "; ");
}

// The fixes that each of them has.
std::vector<std::string> CommonFixes(const std::vector<PlatformConflict>& conflicts) {
  std::vector<std::string> common;
  for (const Fix& fix : conflicts.front().fixes.fixes) {
    const std::string changes = ChangesOf(fix);
    const bool is_of_all = std::ranges::all_of(conflicts, [&](const PlatformConflict& other) {
      return std::ranges::any_of(other.fixes.fixes,
                                 [&](const Fix& one) { return ChangesOf(one) == changes; });
    });
    if (is_of_all) {
      common.push_back(changes);
    }
  }
  return common;
}

OrderedJson ToJson(const std::vector<PlatformConflict>& conflicts) {
  OrderedJson json = OrderedJson::array();
  for (const PlatformConflict& each : conflicts) {
    OrderedJson fixes = OrderedJson::array();
    for (const Fix& fix : each.fixes.fixes) {
      fixes.push_back(ChangesOf(fix));
    }
    json.push_back({{"platform", each.platform},
                    {"explanation", ToText(each.conflict, ConflictTextOptions())},
                    {"fixes", std::move(fixes)}});
  }
  return json;
}

}  // namespace

absl::Status TellConflicts(const Arguments& arguments, const LockTarget& target,
                           std::size_t num_platforms,
                           const std::vector<PlatformConflict>& conflicts) {
  const std::vector<std::string> common = CommonFixes(conflicts);
  if (arguments.json) {
    const OrderedJson json = {{"schema", 1},
                              {"success", false},
                              {"conflicts", ToJson(conflicts)},
                              {"fixes_for_all", common}};
    return Print(json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
  }
  // The same text is said once.
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  std::vector<std::string> names;
  for (const PlatformConflict& each : conflicts) {
    const std::string text = ToText(each.conflict, {.width = StderrWidth()});
    const auto known = std::ranges::find(texts, text, [](const auto& one) { return one.first; });
    if (known == texts.end()) {
      texts.push_back({text, {each.platform}});
    } else {
      known->second.push_back(each.platform);
    }
    names.push_back(each.platform);
  }
  PrintNote(
      absl::StrFormat("satchel: error: no plan for %s (%d of %d platforms); %s\n",
                      absl::StrJoin(names, ", "), conflicts.size(), num_platforms,
                      target.path == "-" ? "nothing is written" : target.path + " stays as it is"));
  for (const auto& [text, of] : texts) {
    PrintNote("\n" + absl::StrJoin(of, ", ") + ": " + text);
  }
  if (common.empty()) {
    for (const PlatformConflict& each : conflicts) {
      if (!each.fixes.fixes.empty()) {
        PrintNote(absl::StrFormat("\nPossible fix for %s: %s\n", each.platform,
                                  ChangesOf(each.fixes.fixes.front())));
      }
    }
    return absl::OkStatus();
  }
  PrintNote(conflicts.size() > 1 ? "\nPossible fixes, each for all of them:\n"
                                 : "\nPossible fixes:\n");
  for (const std::string& changes : common) {
    PrintNote("  " + changes + "\n");
  }
  return absl::OkStatus();
}

absl::Status TellChanges(const Arguments& arguments, const LockTarget& target, const LockFile& lock,
                         const std::vector<LockChange>& changes, bool was_there) {
  if (target.path == "-" && !arguments.json && !arguments.dry_run) {
    return absl::OkStatus();  // The lock itself is the output.
  }
  if (arguments.json) {
    OrderedJson platforms = OrderedJson::array();
    for (const LockedPlatform& platform : lock.platforms) {
      platforms.push_back({{"platform", platform.platform},
                           {"environment", platform.environment},
                           {"packages", platform.packages.size()}});
    }
    const OrderedJson json = {{"schema", 1},
                              {"success", true},
                              {"lockfile", target.path},
                              {"platforms", std::move(platforms)},
                              {"changes", OrderedJson::parse(LockChangesJson(changes))}};
    return Print(json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
  }
  if (arguments.markdown) {
    return Print(LockChangesMarkdown(changes));
  }
  if (arguments.quiet) {
    return absl::OkStatus();
  }
  std::string text = was_there ? LockChangesText(changes, lock.platforms.size()) : "";
  std::vector<std::string> counts;
  for (const LockedPlatform& platform : lock.platforms) {
    counts.push_back(
        absl::StrFormat("%s (%d packages)", platform.Label(), platform.packages.size()));
  }
  const char* const done = arguments.dry_run ? "Dry run: nothing was written"
                           : arguments.check
                               ? (changes.empty() ? "is up to date" : "is out of date")
                           : changes.empty() && was_there ? "is unchanged"
                                                          : "is written";
  text += arguments.dry_run
              ? absl::StrFormat("%s: %s\n", done, absl::StrJoin(counts, ", "))
              : absl::StrFormat("%s %s: %s\n", target.path, done, absl::StrJoin(counts, ", "));
  return Print(text);
}

}  // namespace satchel
