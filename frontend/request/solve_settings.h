#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"

namespace satchel {

// The configuration's settings for solving, in the form that a request uses.

ChannelPriority ChannelPriorityOf(const Configuration& configuration);

// Milliseconds since 1970; nothing if there is no limit. Errors: those of ParseTimeLimit.
[[nodiscard]] absl::StatusOr<std::optional<std::int64_t>> ExcludeNewerOf(
    const Configuration& configuration);

}  // namespace satchel
