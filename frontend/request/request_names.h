#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"
#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"

namespace satchel {

// What stands between a request and its channels.

// The names that a solve begins with: of the specs, of what is installed and of what that depends
// on, and what the configuration may add to a plan (pip).
WantedNames NamesToFetch(const Request& request, const Configuration& configuration);

// An installed record's own URL says better than its channel's name which of the channels it came
// from: sets the name to that of the channel here.
void AdoptChannels(const LoadedChannels& channels, std::vector<InstalledPackage>* installed);

// The requested names that neither a channel of the request, nor the environment, nor the machine
// has; sorted.
std::vector<std::string> UnknownNames(const Request& request);

}  // namespace satchel
