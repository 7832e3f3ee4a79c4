#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// A requirement of a Python project, in the words of conda.
struct CondaRequirement {
  std::string spec;    // "numpy >=1.20"; empty if it does not count on this platform.
  std::string marker;  // A part of its marker that cannot be decided here, as `python_version<"3"`.
};

// Reads a requirement of PEP 508: "requests[socks] >=2.8, ~=2.8.1 ; os_name == 'nt'". Names are
// those of conda where they are known to differ. Markers of the platform are evaluated; others
// (python_version, extra) are taken to hold, and returned. Errors: kInvalidArgument for what is no
// requirement, or one by URL.
[[nodiscard]] absl::StatusOr<CondaRequirement> ReadRequirement(std::string_view text,
                                                               const std::string& platform);

// "^1.2", "~1.2" and lists of those as poetry has them, as conda's version spec; empty for "*".
// Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::string> PoetryVersionSpec(std::string_view constraint);

// The name that conda has for a package of PyPI; the name in lower case, `_` for any of `-_.`
// unless the conda name is known, becomes `-`.
std::string CondaNameOfRequirement(std::string_view name);

}  // namespace satchel
