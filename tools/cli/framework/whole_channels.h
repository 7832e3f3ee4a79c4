#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// All records of these channels for a platform, whatever a request may need of them. Errors: those
// of LoadChannels().
[[nodiscard]] absl::StatusOr<LoadedChannels> LoadWholeChannels(
    const Arguments& arguments, const Configuration& configuration,
    const std::vector<std::string>& typed, const std::string& platform);

}  // namespace satchel
