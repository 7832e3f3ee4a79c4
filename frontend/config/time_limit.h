#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// The point in time that --exclude-newer names, in milliseconds since 1970:
//   2024-05-31                   the end of that day, UTC
//   2024-05-31T12:00:00Z, +02:00 that moment (RFC 3339)
//   12h, 7d, 2w, 6m, 1y          so long before `now_ms`; months and years by the calendar
// Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::int64_t> ParseTimeLimit(std::string_view text,
                                                          std::int64_t now_ms);

}  // namespace satchel
