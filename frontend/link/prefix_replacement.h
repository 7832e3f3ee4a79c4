#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "frontend/link/package_contents.h"

namespace satchel {

// The content of a file for an environment at `prefix`: every mention of `placeholder`, where it
// was built, is replaced.
//
// In a binary file each C string that holds a mention keeps its length: zeros fill it up. In a text
// file a first line "#!..." that has become too long for the system, or whose interpreter's path
// has spaces, is written another way (LongShebang).
// Errors: kInvalidArgument if `prefix` is longer than the placeholder in a binary file.
[[nodiscard]] absl::StatusOr<std::string> ReplacePrefix(std::string_view content,
                                                        std::string_view placeholder,
                                                        std::string_view prefix, FileMode mode);

// The first line(s) of a script that `interpreter`, an absolute path, runs; ends with a newline.
// Where "#!interpreter" cannot be used (Linux looks at 127 bytes, and splits at spaces) a Python
// script is started by /bin/sh, with lines that Python takes for a string.
std::string PythonShebang(std::string_view interpreter);

}  // namespace satchel
