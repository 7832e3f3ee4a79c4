#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// What a lock file says of one platform.
struct LockedPlatform {
  std::string platform;
  std::string content_hash;             // Of what was asked for; empty if unknown.
  std::vector<PackageRecord> packages;  // By name; each with its URL.
  std::vector<std::string> pip;         // Lines of a requirements file, with hashes.
};

// A lock file, in whichever format: the packages of one environment on several platforms.
struct LockFile {
  std::vector<std::string> channels;      // URLs or names, the most preferred first.
  std::vector<std::string> sources;       // The files that it was made of.
  std::vector<LockedPlatform> platforms;  // By name.
  std::vector<std::string> warnings;      // Of reading: what has no place here.

  // Null if it has none of that name.
  const LockedPlatform* Find(std::string_view platform) const;
};

enum class LockFormat {
  kCondaLock,  // conda-lock.yml: version 1 of conda-lock's unified lock file.
  kPixi,       // pixi.lock; version 6 is written, 4 to 6 are read: the environment "default".
  kExplicit,   // An @EXPLICIT file (CEP 23), of one platform.
};

// By the file name: pixi.lock, *.txt and *.lock with a {platform} in it, anything else.
LockFormat FormatOfName(std::string_view path);

// Errors: those of reading; kInvalidArgument, "file:line: what is wrong", also for a file that
// locks nothing.
[[nodiscard]] absl::StatusOr<LockFile> ReadLockFile(const std::string& path);
[[nodiscard]] absl::StatusOr<LockFile> ParseLockFile(const std::string& text,
                                                     const std::string& label);

// The same LockFile gives the same bytes. URLs are written without credentials. Requires: one
// platform for kExplicit. Errors: kFailedPrecondition for a package with an unknown URL.
[[nodiscard]] absl::StatusOr<std::string> LockText(const LockFile& lock, LockFormat format);

}  // namespace satchel
