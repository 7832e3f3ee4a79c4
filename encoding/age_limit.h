#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "encoding/request.h"

namespace satchel {

// Whether the age of some record may count against it.
bool HasAgeLimit(const Request& request);

// The latest timestamp that a record of this name may have in the channel of this rank; none if
// any will do. The limit of a name counts before that of a channel, and this before the one of all.
std::optional<std::int64_t> NewestAllowed(const Request& request, std::string_view name,
                                          std::size_t channel);

}  // namespace satchel
