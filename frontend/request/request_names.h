#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"

namespace satchel {

// Functions on the names in a request and its channels.

// The names that a solve starts with: those of the specs, of installed packages and their
// dependencies, and of packages that the configuration may add to a plan (pip).
WantedNames NamesToFetch(const Request& request, const Configuration& configuration);

// The URL of an installed record identifies its channel better than its channel name: sets the name
// to that of the channel with this URL.
void AdoptChannels(const LoadedChannels& channels, std::vector<InstalledPackage>* installed);

// The requested names that neither a channel of the request, nor the environment, nor the machine
// has; sorted.
std::vector<std::string> UnknownNames(const Request& request);

}  // namespace satchel
