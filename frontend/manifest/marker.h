#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// An environment marker of PEP 508: `sys_platform == "win32" and python_version < "3.11"`.
struct MarkerValue {
  bool never = false;     // It holds on no machine of the platform.
  std::string undecided;  // A comparison that decides it and that the platform does not; or empty.
};

// Knows sys_platform, platform_system, os_name and platform_machine. Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<MarkerValue> EvaluateMarker(std::string_view text,
                                                         const std::string& platform);

}  // namespace satchel
