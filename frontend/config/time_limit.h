#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// The point in time that --exclude-newer names, in milliseconds since 1970:
//   2024-05-31                   the end of that day, UTC
//   2024-05-31T12:00:00Z, +02:00 that moment (RFC 3339)
//   2024-05-31T12:00:00          the same, UTC
//   12h, 7d, 2w, 6m, 1y, 3d12h   so long before `now_ms`; months and years by the calendar; m is
//                                minutes beside other units
//   P7D, PT12H, P1Y6M            the same as ISO 8601 writes it
//   3600                         so many seconds before
// Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::int64_t> ParseTimeLimit(std::string_view text,
                                                          std::int64_t now_ms);

// Whether a text that ParseTimeLimit takes says how old, and not when.
bool IsAge(std::string_view text);

}  // namespace satchel
