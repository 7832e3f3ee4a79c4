#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "frontend/link/package/package_contents.h"

namespace satchel {

// The content of a file for an environment at `prefix`: replaces every mention of `placeholder`,
// the build prefix.
//
// In a binary file, each C string with a mention keeps its length: zeros fill it up. In a text
// file, a first line "#!..." that became too long for the system, or whose interpreter's path
// contains spaces, is written differently (LongShebang). Errors: kInvalidArgument if `prefix` is
// longer than the placeholder in a binary file.
[[nodiscard]] absl::StatusOr<std::string> ReplacePrefix(std::string_view content,
                                                        std::string_view placeholder,
                                                        std::string_view prefix, FileMode mode);

// The first line(s) of a script for `interpreter`, an absolute path; ends with a newline. If
// "#!interpreter" does not work (Linux reads 127 bytes, and splits at spaces), /bin/sh starts the
// Python script, with lines that Python reads as a string.
std::string PythonShebang(std::string_view interpreter);

}  // namespace satchel
