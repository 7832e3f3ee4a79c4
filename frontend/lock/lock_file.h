#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// A package of PyPI.
struct LockedPypi {
  std::string name;
  std::string version;  // Empty if it is not known, as of a directory.
  std::string url;      // Or a path.
  std::string sha256;
  std::string requires_python;
  std::vector<std::string> requires_dist;  // As in the wheel's metadata.
  std::string category = "main";           // conda-lock's.
  bool is_editable = false;
};

// What a lock file says of one environment on one platform.
struct LockedPlatform {
  std::string platform;
  std::string environment = "default";
  std::string content_hash;             // Of what was asked for; empty if unknown.
  std::vector<std::string> channels;    // URLs or names, the most preferred first.
  std::vector<PackageRecord> packages;  // By name; each with its URL.
  std::vector<LockedPypi> pypi;
  std::vector<std::string> pip;  // What else was asked of pip: lines of a requirements file.
  // Of a pixi.lock of version 7: the platform's own name, and the machine that it is, "__cuda=12".
  std::string pixi_name;
  std::vector<std::string> virtual_packages;
  // conda-lock's categories that need a package; without any it is of "main".
  std::map<std::string, std::set<std::string>> categories;
  std::set<std::string> requested;  // Names; empty after reading a file.

  // "linux-64", "test/linux-64" of another environment than the default one.
  std::string Label() const;
};

// A lock file, in whichever format.
struct LockFile {
  std::vector<std::string> sources;       // The files that it was made of.
  std::vector<LockedPlatform> platforms;  // By environment ("default" first) and name.
  std::vector<std::string> warnings;      // Of reading: what has no place here.
  int pixi_version = 6;                   // Of a pixi.lock.

  // Null if it has none of that name.
  const LockedPlatform* Find(std::string_view platform,
                             std::string_view environment = "default") const;
  // Those of all platforms.
  std::vector<std::string> Channels() const;
  void Sort();
};

enum class LockFormat {
  kCondaLock,  // conda-lock.yml: version 1 of conda-lock's unified lock file.
  kPixi,       // pixi.lock; versions 6 and 7 are written, 4 to 7 are read.
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
// platform for kExplicit, one environment for all but kPixi. Errors: kFailedPrecondition for a
// package with an unknown URL.
[[nodiscard]] absl::StatusOr<std::string> LockText(const LockFile& lock, LockFormat format);

}  // namespace satchel
