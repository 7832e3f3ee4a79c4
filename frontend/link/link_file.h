#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// How a file of the package cache gets into an environment, from the cheapest on. A reflink is a
// copy that shares its blocks with the original until one of them is written (btrfs, XFS).
enum class LinkMethod { kHardLink, kReflink, kSoftLink, kCopy };

struct LinkPreference {
  bool always_copy = false;      // Neither hard nor soft links.
  bool always_softlink = false;  // Soft links wherever a file need not be changed.
  bool allow_softlinks = false;  // Before copying, where hard links and reflinks cannot be.
};

// The method to begin with.
LinkMethod FirstMethod(const LinkPreference& preference);

// Whether the system says with this error that it cannot do a thing at all, or not between these
// two places (another filesystem, too many links).
bool MeansTryAnotherMethod(int error);

// Puts the file `source` (an absolute path) into an open directory under the name `target`, which
// must not be there. Where `method` cannot be (another filesystem, too many links), the next one is
// tried; a reflink is tried before every copy.
// Returns the method that worked. Errors: what the system says of the last one.
[[nodiscard]] absl::StatusOr<LinkMethod> LinkFile(const std::string& source, int directory,
                                                  const std::string& target, LinkMethod method,
                                                  bool allow_softlinks);

// Whether hard links can be made from one directory to the other, found out by making one. Where
// they cannot, each file would cost a call that fails.
bool CanHardLink(const std::string& source_file, const std::string& target_directory);

}  // namespace satchel
