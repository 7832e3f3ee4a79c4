// satchel lock: one request, solved for several platforms, as one file.

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "base/status_macros.h"
#include "frontend/export/conflict_text.h"
#include "frontend/files.h"
#include "frontend/lock/lock_diff.h"
#include "frontend/lock/lock_file.h"
#include "frontend/request/request_file.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/lock/lock_platform.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kPlatformMark = "{platform}";

// --- where it goes ---

struct Target {
  std::string path;  // May have a {platform}.
  LockFormat format = LockFormat::kCondaLock;
  bool is_of_each() const { return path.find(kPlatformMark) != std::string::npos; }
  std::string PathOf(const std::string& platform) const {
    return absl::StrReplaceAll(path, {{std::string(kPlatformMark), platform}});
  }
};

absl::StatusOr<Target> TargetOf(const Arguments& arguments) {
  Target target;
  target.path = arguments.output;
  if (target.path.empty()) {
    target.path = arguments.format == "pixi"       ? "pixi.lock"
                  : arguments.format == "explicit" ? "conda-{platform}.lock"
                                                   : "conda-lock.yml";
  }
  target.format = arguments.format.empty()           ? FormatOfName(target.path)
                  : arguments.format == "pixi"       ? LockFormat::kPixi
                  : arguments.format == "conda-lock" ? LockFormat::kCondaLock
                                                     : LockFormat::kExplicit;
  if (target.path == "-" && arguments.check) {
    return absl::InvalidArgumentError("--check needs a lock file to look at; give it with -o");
  }
  return target;
}

LockFile Part(const LockFile& lock, const LockedPlatform& platform) {
  LockFile part = lock;
  part.platforms = {platform};
  return part;
}

absl::Status WriteLock(const LockFile& lock, const Target& target) {
  if (target.format == LockFormat::kExplicit && lock.platforms.size() > 1 && !target.is_of_each()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "an @EXPLICIT file has one platform; with %d, put {platform} into the name of --output",
        lock.platforms.size()));
  }
  std::vector<std::pair<std::string, std::string>> files;  // All are made before one is written.
  for (const LockedPlatform& platform : lock.platforms) {
    if (target.is_of_each()) {
      ASSIGN_OR_RETURN(std::string text, LockText(Part(lock, platform), target.format));
      files.emplace_back(target.PathOf(platform.platform), std::move(text));
    }
  }
  if (!target.is_of_each()) {
    ASSIGN_OR_RETURN(std::string text, LockText(lock, target.format));
    files.emplace_back(target.path, std::move(text));
  }
  for (const auto& [path, text] : files) {
    RETURN_IF_ERROR(path == "-" ? Print(text) : EditFile(path, text));
  }
  return absl::OkStatus();
}

absl::StatusOr<LockFile> ReadOld(const Target& target, const std::vector<std::string>& platforms) {
  LockFile old;
  std::set<std::string> paths;
  if (target.is_of_each()) {
    for (const std::string& platform : platforms) {
      paths.insert(target.PathOf(platform));
    }
  } else if (target.path != "-") {
    paths.insert(target.path);
  }
  for (const std::string& path : paths) {
    absl::StatusOr<LockFile> read = ReadLockFile(path);
    if (absl::IsNotFound(read.status())) {
      continue;
    }
    RETURN_IF_ERROR(read.status());
    std::ranges::move(read->platforms, std::back_inserter(old.platforms));
    old.channels = std::move(read->channels);
    std::ranges::for_each(read->warnings, PrintWarning);
  }
  return old;
}

// --- what is asked for ---

// Those of the command line, of the lock file, of the files, or conda-lock's own.
absl::StatusOr<std::vector<std::string>> PlatformsToLock(const Arguments& arguments,
                                                         const LockFile& old) {
  std::set<std::string> platforms(arguments.platforms.begin(), arguments.platforms.end());
  if (platforms.empty()) {
    for (const LockedPlatform& platform : old.platforms) {
      platforms.insert(platform.platform);
    }
  }
  if (platforms.empty()) {
    for (const std::string& path : arguments.files) {
      ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, "linux-64"));
      platforms.insert(file.platforms.begin(), file.platforms.end());
    }
  }
  if (platforms.empty()) {
    platforms = {"linux-64", "osx-64", "osx-arm64", "win-64"};
  }
  return std::vector<std::string>(platforms.begin(), platforms.end());
}

std::vector<std::string> SourcesOf(const Arguments& arguments, const Target& target) {
  std::vector<std::string> sources;
  const std::string directory = std::filesystem::path(AbsolutePath(target.path)).parent_path();
  for (const std::string& path : arguments.files) {
    sources.push_back(std::filesystem::path(AbsolutePath(path)).lexically_relative(directory));
  }
  return sources;
}

// --- what cannot be ---

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

absl::Status TellConflicts(const Arguments& arguments, const Target& target,
                           const std::vector<std::string>& platforms,
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
                      absl::StrJoin(names, ", "), conflicts.size(), platforms.size(),
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

// --- what came out ---

absl::Status TellChanges(const Arguments& arguments, const Target& target, const LockFile& lock,
                         const std::vector<LockChange>& changes, bool was_there) {
  if (target.path == "-" && !arguments.json && !arguments.dry_run) {
    return absl::OkStatus();  // The lock itself is the output.
  }
  if (arguments.json) {
    OrderedJson platforms = OrderedJson::array();
    for (const LockedPlatform& platform : lock.platforms) {
      platforms.push_back(
          {{"platform", platform.platform}, {"packages", platform.packages.size()}});
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
        absl::StrFormat("%s (%d packages)", platform.platform, platform.packages.size()));
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

// Platforms that were locked and are not asked for now stay as they are.
void KeepOtherPlatforms(const LockFile& old, LockFile* lock) {
  for (const LockedPlatform& platform : old.platforms) {
    if (lock->Find(platform.platform) == nullptr) {
      lock->platforms.push_back(platform);
    }
  }
  std::ranges::sort(lock->platforms, {}, &LockedPlatform::platform);
  for (const std::string& channel : old.channels) {
    if (std::ranges::count(lock->channels, channel) == 0) {
      lock->channels.push_back(channel);
    }
  }
}

bool HaveSameHashes(const LockFile& a, const LockFile& b) {
  return std::ranges::equal(a.platforms, b.platforms, [](const auto& one, const auto& other) {
    return one.platform == other.platform && one.content_hash == other.content_hash;
  });
}

absl::StatusOr<ExitCode> Lock(const Arguments& arguments) {
  if (arguments.positional.empty() && arguments.files.empty()) {
    return absl::InvalidArgumentError(
        "nothing to lock; give --file environment.yml, or specs as in 'satchel lock python numpy'");
  }
  ASSIGN_OR_RETURN(const Target target, TargetOf(arguments));
  ASSIGN_OR_RETURN(LockFile old, ReadOld(target, {}));
  ASSIGN_OR_RETURN(const std::vector<std::string> platforms, PlatformsToLock(arguments, old));
  if (target.is_of_each()) {  // Their names say which files there may be.
    ASSIGN_OR_RETURN(old, ReadOld(target, platforms));
  }
  if (arguments.check && old.platforms.empty()) {
    return absl::NotFoundError(target.path + ": there is no such lock file to check");
  }
  LockFile lock;
  lock.sources = SourcesOf(arguments, target);
  std::vector<PlatformConflict> conflicts;
  std::set<std::string> warned;
  for (const std::string& platform : platforms) {
    ASSIGN_OR_RETURN(
        PlatformLock locked,
        LockPlatform(arguments, platform, arguments.update_all ? nullptr : old.Find(platform)));
    for (const std::string& warning : locked.warnings) {
      if (!arguments.quiet && warned.insert(warning).second) {
        PrintWarning(warning);
      }
    }
    if (auto* const conflict = std::get_if<PlatformConflict>(&locked.outcome)) {
      conflicts.push_back(std::move(*conflict));
      continue;
    }
    lock.platforms.push_back(std::get<LockedPlatform>(std::move(locked.outcome)));
    for (std::string& channel : locked.channels) {
      if (std::ranges::count(lock.channels, channel) == 0) {
        lock.channels.push_back(std::move(channel));
      }
    }
  }
  if (!conflicts.empty()) {
    RETURN_IF_ERROR(TellConflicts(arguments, target, platforms, conflicts));
    return kExitUnsatisfiable;
  }
  const bool has_others = std::ranges::any_of(
      old.platforms,
      [&lock](const LockedPlatform& platform) { return lock.Find(platform.platform) == nullptr; });
  if (has_others && target.format != LockFormat::kExplicit) {
    KeepOtherPlatforms(old, &lock);
  }
  const std::vector<LockChange> changes = CompareLocks(old, lock);
  const bool was_there = !old.platforms.empty();
  const bool is_same = was_there && changes.empty() && HaveSameHashes(old, lock);
  if (!arguments.check && !arguments.dry_run && !is_same) {
    RETURN_IF_ERROR(WriteLock(lock, target));
  }
  RETURN_IF_ERROR(TellChanges(arguments, target, lock, changes, was_there));
  return arguments.check && !changes.empty() ? kExitUnsatisfiable : kExitOk;
}

absl::StatusOr<ExitCode> Diff(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const LockFile before, ReadLockFile(arguments.diff[0]));
  ASSIGN_OR_RETURN(const LockFile after, ReadLockFile(arguments.diff[1]));
  const std::vector<LockChange> changes = CompareLocks(before, after);
  RETURN_IF_ERROR(Print(arguments.json       ? LockChangesJson(changes)
                        : arguments.markdown ? LockChangesMarkdown(changes)
                                             : LockChangesText(changes, after.platforms.size())));
  return kExitOk;
}

absl::StatusOr<ExitCode> Convert(const Arguments& arguments) {
  if (arguments.output.empty() && arguments.format.empty()) {
    return absl::InvalidArgumentError("--convert: into what? give --output FILE or --format");
  }
  ASSIGN_OR_RETURN(const Target target, TargetOf(arguments));
  ASSIGN_OR_RETURN(LockFile lock, ReadLockFile(arguments.convert));
  if (!arguments.platforms.empty()) {
    for (const std::string& platform : arguments.platforms) {
      if (lock.Find(platform) == nullptr) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s: it locks no packages for %s", arguments.convert, platform));
      }
    }
    std::erase_if(lock.platforms, [&arguments](const LockedPlatform& platform) {
      return std::ranges::count(arguments.platforms, platform.platform) == 0;
    });
  }
  for (const LockedPlatform& platform : lock.platforms) {
    if (!platform.pip.empty() && target.format != LockFormat::kCondaLock) {
      lock.warnings.push_back(absl::StrFormat("%s: %d packages of pip have no place in that format",
                                              platform.platform, platform.pip.size()));
    }
  }
  RETURN_IF_ERROR(WriteLock(lock, target));
  if (!arguments.quiet) {
    std::ranges::for_each(lock.warnings, PrintWarning);
  }
  return kExitOk;
}

}  // namespace

absl::StatusOr<ExitCode> RunLock(const Arguments& arguments) {
  if (!arguments.diff.empty()) {
    return Diff(arguments);
  }
  return arguments.convert.empty() ? Lock(arguments) : Convert(arguments);
}

}  // namespace satchel
