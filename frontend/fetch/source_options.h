#pragma once

#include "frontend/config/configuration.h"
#include "frontend/fetch/network_channel_source.h"

namespace satchel {

// How the configuration says that channels on servers are read, and where this user keeps copies.
NetworkSourceOptions SourceOptionsOf(const Configuration& configuration);

}  // namespace satchel
