#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// Opens a directory within the one that `root` is open on, and only if it lies within it: symbolic
// links that lead out of it are not followed. `path` is relative; empty is `root` itself. Returns
// -1 with errno set, EXDEV if it leads out.
int OpenBeneath(int root, const std::string& path);

// The same for a tree that somebody else may have made or may be changing, as an extracted package
// or a package cache: no symbolic link is followed at all (ELOOP, or ENOTDIR), nor "..". `flags`
// are open()'s.
int OpenWithoutLinks(int root, const std::string& path, int flags);

// The content of a regular file of such a tree. It never waits for the other end of a pipe.
// Errors: those of opening, kNotFound among them; kInvalidArgument "<label>/<path>: ..." if it is
// no regular file, is reached through a symbolic link, or is longer than `max_bytes`.
[[nodiscard]] absl::StatusOr<std::string> ReadFileBeneath(int root, const std::string& path,
                                                          const std::string& label,
                                                          std::uint64_t max_bytes);

}  // namespace satchel
