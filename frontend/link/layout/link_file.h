#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// The ways to put a file from the package cache into an environment, cheapest first. A reflink is a
// copy that shares its blocks with the original until one of them is written (btrfs, XFS).
enum class LinkMethod { kHardLink, kReflink, kSoftLink, kCopy };

struct LinkPreference {
  bool always_copy = false;      // Neither hard nor soft links.
  bool always_softlink = false;  // Soft links for all files that need no change.
  bool allow_softlinks = false;  // Before copying, if hard links and reflinks are impossible.
};

// The method to try first.
LinkMethod FirstMethod(const LinkPreference& preference);

// Whether this system error means that an operation is impossible in general, or between these two
// places (another filesystem, too many links).
bool MeansTryAnotherMethod(int error);

// Puts the file `source` (an absolute path) into an open directory under the name `target`, which
// must not exist. If `method` is impossible (another filesystem, too many links), tries the next
// one; tries a reflink before every copy. Returns the method that worked. Errors: the system error
// of the last one.
[[nodiscard]] absl::StatusOr<LinkMethod> LinkFile(const std::string& source, int directory,
                                                  const std::string& target, LinkMethod method,
                                                  bool allow_softlinks);

// Whether hard links from one directory to the other are possible; finds out by making one. If they
// are not, each file would cost a failing call.
bool CanHardLink(const std::string& source_file, const std::string& target_directory);

}  // namespace satchel
