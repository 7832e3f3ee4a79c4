#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Copies the user's own files from one environment to another, with their modes and times: files of
// no package, edited files of packages, empty directories, and the contents of conda-meta other
// than records and history. In text files, the target's path replaces the source's, as in conda.
// Skips bytecode, the package cache of a root prefix, and environments inside; leaves existing
// files alone. Returns the number copied. Errors: that of the first file that could not be copied;
// the others are copied.
[[nodiscard]] absl::StatusOr<std::size_t> CopyOwnFiles(const std::string& source,
                                                       const std::string& target);

// Files of no package for which the other environment has something else under the same name: they
// would not be copied. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> OwnFilesInBoth(const std::string& source,
                                                                      const std::string& target);

}  // namespace satchel
