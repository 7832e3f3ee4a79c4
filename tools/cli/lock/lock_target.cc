#include "tools/cli/lock/lock_target.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/request/request_file.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {
namespace {

constexpr std::string_view kPlatformMark = "{platform}";

LockFile Part(const LockFile& lock, const LockedPlatform& platform) {
  LockFile part = lock;
  part.platforms = {platform};
  return part;
}

// A manifest with environments: what pixi would lock into a pixi.lock.
bool IsPixiManifest(const std::string& path) {
  if (!path.ends_with(".toml")) {
    return false;
  }
  const absl::StatusOr<RequestFile> file = ReadRequestFile(path, "linux-64");
  return file.ok() && !file->environments.empty();
}

}  // namespace

bool LockTarget::IsOfEach() const {
  return path.find(kPlatformMark) != std::string::npos;
}

std::string LockTarget::PathOf(const std::string& platform) const {
  return absl::StrReplaceAll(path, {{std::string(kPlatformMark), platform}});
}

absl::StatusOr<LockTarget> TargetOf(const Arguments& arguments) {
  LockTarget target;
  target.path = arguments.output;
  std::string format = arguments.format;
  if (format.empty() && target.path.empty() &&
      std::ranges::any_of(arguments.files, IsPixiManifest)) {
    format = "pixi";
  }
  if (target.path.empty()) {
    target.path = format.starts_with("pixi") ? "pixi.lock"
                  : format == "explicit"     ? "conda-{platform}.lock"
                                             : "conda-lock.yml";
  }
  target.format = format.empty()               ? FormatOfName(target.path)
                  : format.starts_with("pixi") ? LockFormat::kPixi
                  : format == "conda-lock"     ? LockFormat::kCondaLock
                                               : LockFormat::kExplicit;
  if (target.path == "-" && arguments.check) {
    return absl::InvalidArgumentError("--check needs a lock file to look at; give it with -o");
  }
  return target;
}

absl::Status WriteLock(const LockFile& lock, const LockTarget& target) {
  if (target.format == LockFormat::kExplicit && lock.platforms.size() > 1 && !target.IsOfEach()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "an @EXPLICIT file has one platform; with %d, put {platform} into the name of --output",
        lock.platforms.size()));
  }
  const bool has_one_environment =
      std::ranges::all_of(lock.platforms, [&lock](const LockedPlatform& platform) {
        return platform.environment == lock.platforms.front().environment;
      });
  if (target.format != LockFormat::kPixi && !has_one_environment) {
    return absl::InvalidArgumentError(
        "only a pixi.lock has a place for several environments; choose one with --environment");
  }
  std::vector<std::pair<std::string, std::string>> files;  // All are made before one is written.
  for (const LockedPlatform& platform : lock.platforms) {
    if (target.IsOfEach()) {
      ASSIGN_OR_RETURN(std::string text, LockText(Part(lock, platform), target.format));
      files.emplace_back(target.PathOf(platform.platform), std::move(text));
    }
  }
  if (!target.IsOfEach()) {
    ASSIGN_OR_RETURN(std::string text, LockText(lock, target.format));
    files.emplace_back(target.path, std::move(text));
  }
  for (const auto& [path, text] : files) {
    RETURN_IF_ERROR(path == "-" ? Print(text) : EditFile(path, text));
  }
  return absl::OkStatus();
}

absl::StatusOr<LockFile> ReadOldLock(const LockTarget& target,
                                     const std::vector<std::string>& platforms) {
  LockFile old;
  std::set<std::string> paths;
  if (target.IsOfEach()) {
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
    old.pixi_version = read->pixi_version;
    std::ranges::for_each(read->warnings, PrintWarning);
  }
  return old;
}

}  // namespace satchel
