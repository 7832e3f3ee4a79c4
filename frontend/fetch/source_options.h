#pragma once

#include "frontend/config/configuration.h"
#include "frontend/fetch/network_channel_source.h"

namespace satchel {

// The configuration's options for reading channels from servers, and this user's directory for
// copies.
NetworkSourceOptions SourceOptionsOf(const Configuration& configuration);

// channel_relations_max_depth.
[[nodiscard]] RelationOptions RelationOptionsOf(const Configuration& configuration);

}  // namespace satchel
