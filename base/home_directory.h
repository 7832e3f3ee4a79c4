#pragma once

#include <string>

namespace satchel {

// The user's: $HOME, or where that is not set or empty (services, containers, `env -i`) what the
// user database says; empty if that does not know either. All that lies in it is found through
// this.
std::string HomeDirectory();

}  // namespace satchel
