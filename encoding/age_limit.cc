#include "encoding/age_limit.h"

#include <algorithm>

namespace satchel {

bool HasAgeLimit(const Request& request) {
  return request.exclude_newer_ms.has_value() ||
         std::any_of(request.age_limits.begin(), request.age_limits.end(),
                     [](const AgeLimit& limit) { return limit.newest_ms.has_value(); });
}

std::optional<std::int64_t> NewestAllowed(const Request& request, std::string_view name,
                                          std::size_t channel) {
  const AgeLimit* of_channel = nullptr;
  for (const AgeLimit& limit : request.age_limits) {
    if (!limit.name.empty() && limit.name == name) {
      return limit.newest_ms;
    }
    if (limit.name.empty() && limit.channel == channel) {
      of_channel = &limit;
    }
  }
  return of_channel == nullptr ? request.exclude_newer_ms : of_channel->newest_ms;
}

}  // namespace satchel
