#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// Opens a directory below the open directory `root`, and only if it really lies there: does not
// follow symbolic links that lead out of `root`. `path` is relative; empty means `root` itself.
// Returns -1 with errno set, EXDEV if it leads out.
int OpenBeneath(int root, const std::string& path);

// The same for a tree that somebody else may have created or may be changing, such as an extracted
// package or a package cache: follows no symbolic link at all (ELOOP, or ENOTDIR), nor "..".
// `flags` are open()'s.
int OpenWithoutLinks(int root, const std::string& path, int flags);

// The content of a regular file in such a tree. Never waits for the other end of a pipe. Errors:
// those of opening, including kNotFound; kInvalidArgument "<label>/<path>: ..." if it is not a
// regular file, is reached through a symbolic link, or is longer than `max_bytes`.
[[nodiscard]] absl::StatusOr<std::string> ReadFileBeneath(int root, const std::string& path,
                                                          const std::string& label,
                                                          std::uint64_t max_bytes);

}  // namespace satchel
