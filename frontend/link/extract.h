#pragma once

#include <string>

#include "absl/status/status.h"

namespace satchel {

// Unpacks a .conda or .tar.bz2 file into `directory`, which must be there and empty.
//
// Nothing is trusted: a path that leaves the directory, a symbolic link to outside of it, a device
// or a pipe is an error, setuid bits are dropped, and symbolic links are made last, so that no file
// can be written through one. What unpacks to more than 1 GiB plus 200 times the archive's size is
// taken for a bomb. Times of change are kept: shipped Python bytecode is valid for one time only.
// Errors: kInvalidArgument, "<archive>: what is wrong"; those of writing. What was unpacked until
// then stays; the caller removes it.
[[nodiscard]] absl::Status ExtractPackage(const std::string& archive, const std::string& directory);

}  // namespace satchel
