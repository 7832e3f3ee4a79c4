#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/config/configuration.h"

namespace satchel {

// The configuration's settings for solving, in the form that a request uses.

ChannelPriority ChannelPriorityOf(const Configuration& configuration);

// The same of a word. Errors: kInvalidArgument for any but strict, flexible and disabled.
[[nodiscard]] absl::StatusOr<ChannelPriority> PriorityOfWord(std::string_view word);

// The newest moment that a value of exclude_newer leaves. Errors: those of ParseTimeLimit.
[[nodiscard]] absl::StatusOr<std::int64_t> AgeLimitOfWord(std::string_view word);

// The limits of age of exclude_newer and exclude_newer_package. Errors: those of ParseTimeLimit,
// with the key and the name.
[[nodiscard]] absl::Status SetAgeLimits(const Configuration& configuration, Request* request);

// Those of channel_settings, for the channels that the request has by now.
[[nodiscard]] absl::Status SetChannelAgeLimits(const Configuration& configuration,
                                               Request* request);

}  // namespace satchel
