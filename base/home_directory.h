#pragma once

#include <string>

namespace satchel {

// The user's home directory: $HOME, or the user database's entry if that is unset or empty
// (services, containers, `env -i`); empty if neither knows one. All code finds the home directory
// through this.
std::string HomeDirectory();

}  // namespace satchel
