#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"

namespace satchel {

// What a configuration says about solving, as a request has it.

ChannelPriority ChannelPriorityOf(const Configuration& configuration);

// Milliseconds since 1970; nothing if nothing is excluded. Errors: those of ParseTimeLimit.
[[nodiscard]] absl::StatusOr<std::optional<std::int64_t>> ExcludeNewerOf(
    const Configuration& configuration);

}  // namespace satchel
