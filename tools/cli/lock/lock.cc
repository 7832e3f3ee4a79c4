// satchel lock: one request, solved for several platforms, as one file.

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/link/parallel.h"
#include "frontend/lock/lock_diff.h"
#include "frontend/lock/lock_file.h"
#include "frontend/request/request_file.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/lock/lock_pip.h"
#include "tools/cli/lock/lock_platform.h"
#include "tools/cli/lock/lock_report.h"
#include "tools/cli/lock/lock_target.h"
#include "tools/cli/lock/same_versions.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

// The environments to lock: the one of --environment, those of a pixi manifest, else the only one.
absl::StatusOr<std::vector<std::string>> EnvironmentsToLock(const Arguments& arguments,
                                                            const LockTarget& target) {
  if (!arguments.file_environment.empty()) {
    return std::vector<std::string>{arguments.file_environment};
  }
  for (const std::string& path : arguments.files) {
    if (path.ends_with(".toml") && target.format == LockFormat::kPixi) {
      ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, "linux-64"));
      if (!file.environments.empty()) {
        return file.environments;
      }
    }
  }
  return std::vector<std::string>{"default"};
}

// The platforms that the files name for an environment; none if they name none.
absl::StatusOr<std::set<std::string>> PlatformsOfFiles(const Arguments& arguments,
                                                       const std::string& environment) {
  Arguments reading = arguments;
  reading.file_environment = environment;
  std::set<std::string> platforms;
  for (const std::string& path : arguments.files) {
    ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, "linux-64", PartsOf(reading)));
    platforms.insert(file.platforms.begin(), file.platforms.end());
  }
  return platforms;
}

// Those of the command line, of the lock file, of the files, or conda-lock's own. An environment of
// several has those that the files name for it, if any.
absl::StatusOr<std::vector<std::string>> PlatformsToLock(const Arguments& arguments,
                                                         const LockFile& old,
                                                         const std::string& environment) {
  std::set<std::string> platforms(arguments.platforms.begin(), arguments.platforms.end());
  if (platforms.empty()) {
    for (const LockedPlatform& platform : old.platforms) {
      if (platform.environment == environment) {
        platforms.insert(platform.platform);
      }
    }
  }
  ASSIGN_OR_RETURN(const std::set<std::string> of_files, PlatformsOfFiles(arguments, environment));
  if (platforms.empty()) {
    platforms = of_files;
  } else if (environment != "default" && !of_files.empty()) {
    std::erase_if(platforms,
                  [&](const std::string& platform) { return !of_files.contains(platform); });
  }
  if (platforms.empty() && of_files.empty()) {
    platforms = {"linux-64", "osx-64", "osx-arm64", "win-64"};
  }
  return std::vector<std::string>(platforms.begin(), platforms.end());
}

absl::StatusOr<std::vector<LockPart>> PartsToLock(const Arguments& arguments,
                                                  const LockTarget& target, const LockFile& old) {
  std::vector<LockPart> parts;
  ASSIGN_OR_RETURN(const std::vector<std::string> environments,
                   EnvironmentsToLock(arguments, target));
  for (const std::string& environment : environments) {
    ASSIGN_OR_RETURN(const std::vector<std::string> platforms,
                     PlatformsToLock(arguments, old, environment));
    for (const std::string& platform : platforms) {
      parts.push_back({environment, platform});
    }
  }
  return parts;
}

// Only a pixi.lock names environments; in another one it is whichever was asked for.
void NameEnvironment(const LockTarget& target, const std::vector<LockPart>& parts, LockFile* old) {
  for (LockedPlatform& platform : old->platforms) {
    if (target.format != LockFormat::kPixi && !parts.empty()) {
      platform.environment = parts.front().environment;
    }
  }
}

std::vector<std::string> SourcesOf(const Arguments& arguments, const LockTarget& target) {
  std::vector<std::string> sources;
  const std::string directory = std::filesystem::path(AbsolutePath(target.path)).parent_path();
  for (const std::string& path : arguments.files) {
    sources.push_back(std::filesystem::path(AbsolutePath(path)).lexically_relative(directory));
  }
  return sources;
}

// Platforms that were locked and are not asked for now stay as they are.
void KeepOtherPlatforms(const LockFile& old, LockFile* lock) {
  for (const LockedPlatform& platform : old.platforms) {
    if (lock->Find(platform.platform, platform.environment) == nullptr) {
      lock->platforms.push_back(platform);
    }
  }
  lock->Sort();
}

bool HaveSameHashes(const LockFile& a, const LockFile& b) {
  return std::ranges::equal(a.platforms, b.platforms, [](const auto& one, const auto& other) {
    return one.Label() == other.Label() && one.content_hash == other.content_hash;
  });
}

// One after the other on a machine with one processor, else on as many threads as there are.
absl::StatusOr<std::vector<PlatformLock>> LockAll(const Arguments& arguments,
                                                  const std::vector<LockPart>& parts,
                                                  const LockFile& old) {
  const InterruptGuard interrupt;
  std::mutex mutex;
  std::vector<PlatformLock> locks(parts.size());
  const bool shows = !arguments.quiet && !arguments.json && isatty(STDERR_FILENO) != 0;
  RETURN_IF_ERROR(ParallelFor(parts.size(), [&](std::size_t i) -> absl::Status {
    const LockPart& part = parts[i];
    const LockedPlatform* const before =
        arguments.update_all ? nullptr : old.Find(part.platform, part.environment);
    ASSIGN_OR_RETURN(locks[i], LockPlatform(arguments, part, before));
    const std::lock_guard lock(mutex);
    if (const auto* const locked = std::get_if<LockedPlatform>(&locks[i].outcome);
        shows && locked != nullptr) {
      PrintNote(absl::StrFormat("%s: %d packages\n", locked->Label(), locked->packages.size()));
    }
    return absl::OkStatus();
  }));
  return locks;
}

// The one asked for, else that of the file that is there; older ones are not written.
int PixiVersion(const Arguments& arguments, int before) {
  constexpr int kOldestWritten = 6;
  return arguments.format == "pixi-7"   ? 7
         : arguments.format == "pixi-6" ? kOldestWritten
                                        : std::max(before, kOldestWritten);
}

// What the format has no place for; a warning has said so.
void DropWhatHasNoPlace(LockFormat format, LockedPlatform* platform) {
  if (format != LockFormat::kCondaLock) {
    platform->pip.clear();
  }
  if (format == LockFormat::kExplicit) {
    platform->pypi.clear();
  }
}

void WarnOnce(const Arguments& arguments, const std::vector<PlatformLock>& locks) {
  std::set<std::string> warned;
  for (const PlatformLock& locked : locks) {
    for (const std::string& warning : locked.warnings) {
      if (!arguments.quiet && warned.insert(warning).second) {
        PrintWarning(warning);
      }
    }
  }
}

// The lock file that is there, and what to lock.
struct LockTask {
  LockTarget target;
  LockFile old;
  std::vector<LockPart> parts;
};

absl::StatusOr<LockTask> TaskOf(const Arguments& arguments) {
  if (arguments.positional.empty() && arguments.files.empty()) {
    return absl::InvalidArgumentError(
        "nothing to lock; give --file environment.yml, or specs as in 'satchel lock python numpy'");
  }
  LockTask task;
  ASSIGN_OR_RETURN(task.target, TargetOf(arguments));
  ASSIGN_OR_RETURN(task.old, ReadOldLock(task.target, {}));
  ASSIGN_OR_RETURN(task.parts, PartsToLock(arguments, task.target, task.old));
  if (task.target.IsOfEach()) {  // Their names say which files there may be.
    std::vector<std::string> platforms;
    std::ranges::transform(task.parts, std::back_inserter(platforms), &LockPart::platform);
    ASSIGN_OR_RETURN(task.old, ReadOldLock(task.target, platforms));
  }
  NameEnvironment(task.target, task.parts, &task.old);
  if (arguments.check && task.old.platforms.empty()) {
    return absl::NotFoundError(task.target.path + ": there is no such lock file to check");
  }
  return task;
}

absl::StatusOr<ExitCode> Lock(const Arguments& given) {
  Arguments arguments = given;
  arguments.reads_as_conda_lock = true;
  ASSIGN_OR_RETURN(const LockTask task, TaskOf(arguments));
  const auto& [target, old, parts] = task;
  ASSIGN_OR_RETURN(std::vector<PlatformLock> locks, LockAll(arguments, parts, old));
  if (arguments.same_versions) {
    RETURN_IF_ERROR(EqualiseVersions(arguments, parts, &locks));
  }
  RETURN_IF_ERROR(LockPip(arguments, target.format, &locks));
  WarnOnce(arguments, locks);
  LockFile lock;
  lock.sources = SourcesOf(arguments, target);
  lock.pixi_version = PixiVersion(arguments, old.pixi_version);
  std::vector<PlatformConflict> conflicts;
  for (PlatformLock& each : locks) {
    if (auto* const conflict = std::get_if<PlatformConflict>(&each.outcome)) {
      conflicts.push_back(std::move(*conflict));
    } else {
      lock.platforms.push_back(std::get<LockedPlatform>(std::move(each.outcome)));
      DropWhatHasNoPlace(target.format, &lock.platforms.back());
    }
  }
  if (!conflicts.empty()) {
    RETURN_IF_ERROR(TellConflicts(arguments, target, parts.size(), conflicts));
    return kExitUnsatisfiable;
  }
  if (target.format != LockFormat::kExplicit) {
    KeepOtherPlatforms(old, &lock);
  }
  lock.Sort();
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
  ASSIGN_OR_RETURN(const LockTarget target, TargetOf(arguments));
  ASSIGN_OR_RETURN(LockFile lock, ReadLockFile(arguments.convert));
  lock.pixi_version = PixiVersion(arguments, lock.pixi_version);
  if (const std::string& wanted = arguments.file_environment; !wanted.empty()) {
    std::erase_if(lock.platforms, [&wanted](const auto& one) { return one.environment != wanted; });
    if (lock.platforms.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: it locks no environment '%s'", arguments.convert, wanted));
    }
  }
  if (!arguments.platforms.empty()) {
    for (const std::string& platform : arguments.platforms) {
      if (std::ranges::count(lock.platforms, platform, &LockedPlatform::platform) == 0) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s: it locks no packages for %s", arguments.convert, platform));
      }
    }
    std::erase_if(lock.platforms, [&arguments](const LockedPlatform& platform) {
      return std::ranges::count(arguments.platforms, platform.platform) == 0;
    });
  }
  for (const LockedPlatform& platform : lock.platforms) {
    const std::size_t num_lost =
        (target.format == LockFormat::kExplicit ? platform.pypi.size() : 0) +
        (target.format == LockFormat::kCondaLock ? 0 : platform.pip.size());
    if (num_lost > 0) {
      lock.warnings.push_back(absl::StrFormat("%s: %d packages of pip have no place in that format",
                                              platform.Label(), num_lost));
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
