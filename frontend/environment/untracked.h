#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Copies what is the user's own from one environment to another: files of no package, files of
// packages that were edited, empty directories, and what conda-meta has beside records and history;
// with their modes and times. In text files the one's path becomes the other's, as conda does it.
// Left out are bytecode, the package cache of a root prefix, and environments that lie within; what
// is there stays. Returns how many were copied.
// Errors: of the first file that could not be copied, the others are there.
[[nodiscard]] absl::StatusOr<std::size_t> CopyOwnFiles(const std::string& source,
                                                       const std::string& target);

// Those of no package of which the other environment has something else under the same name: they
// would not be copied. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> OwnFilesInBoth(const std::string& source,
                                                                      const std::string& target);

}  // namespace satchel
