#pragma once

#include <string>

#include "absl/status/status.h"

namespace satchel {

// Unpacks a .conda or .tar.bz2 file into `directory`, which must be there and empty.
//
// Nothing is trusted: a path that leaves the directory, a device or a pipe is an error, setuid bits
// are dropped, and symbolic links are made when all else is there, so that nothing can be made
// through one. What unpacks to more than 1 GiB plus 200 times the archive's size, to more than
// 2,000,000 files and directories or to more than 256 MiB of names is taken for a bomb. Times of
// change are kept: shipped Python bytecode is valid for one time only.
// Errors: kInvalidArgument, "<archive>: what is wrong"; those of writing. What was unpacked until
// then stays; the caller removes it.
[[nodiscard]] absl::Status ExtractPackage(const std::string& archive, int directory);
[[nodiscard]] absl::Status ExtractPackage(const std::string& archive, const std::string& directory);

}  // namespace satchel
