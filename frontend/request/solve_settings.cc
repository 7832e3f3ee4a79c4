#include "frontend/request/solve_settings.h"

#include <chrono>
#include <string>

#include "base/status_macros.h"
#include "frontend/config/time_limit.h"

namespace satchel {

ChannelPriority ChannelPriorityOf(const Configuration& configuration) {
  const std::string word = configuration.Text("channel_priority");
  if (word == "strict") {
    return ChannelPriority::kStrict;
  }
  return word == "disabled" ? ChannelPriority::kDisabled : ChannelPriority::kFlexible;
}

absl::StatusOr<std::optional<std::int64_t>> ExcludeNewerOf(const Configuration& configuration) {
  const std::string limit = configuration.Text("exclude_newer");
  if (limit.empty()) {
    return std::nullopt;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  ASSIGN_OR_RETURN(
      const std::int64_t moment,
      ParseTimeLimit(limit, std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
  return moment;
}

}  // namespace satchel
