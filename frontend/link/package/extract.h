#pragma once

#include <string>

#include "absl/status/status.h"

namespace satchel {

// Unpacks a .conda or .tar.bz2 file into `directory`, which must exist and be empty.
//
// Trusts nothing: a path that leads out of the directory, a device or a pipe is an error; setuid
// bits are dropped; symbolic links are created last, so that nothing can be created through one. An
// archive that unpacks to more than 1 GiB plus 200 times its size, to more than 2,000,000 files and
// directories or to more than 256 MiB of names counts as a bomb. Keeps modification times: shipped
// Python bytecode is valid for one time only. Errors: kInvalidArgument, "<archive>: what is wrong";
// those of writing. Unpacked files stay; the caller removes them.
[[nodiscard]] absl::Status ExtractPackage(const std::string& archive, int directory);
[[nodiscard]] absl::Status ExtractPackage(const std::string& archive, const std::string& directory);

}  // namespace satchel
