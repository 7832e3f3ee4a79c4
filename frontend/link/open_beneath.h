#pragma once

#include <string>

namespace satchel {

// Opens a directory within the one that `root` is open on, and only if it lies within it: symbolic
// links that lead out of it are not followed. `path` is relative; empty is `root` itself. Returns
// -1 with errno set, EXDEV if it leads out.
int OpenBeneath(int root, const std::string& path);

}  // namespace satchel
