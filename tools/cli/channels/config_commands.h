#pragma once

#include <string_view>

#include "tools/cli/framework/commands.h"

namespace satchel {

// The commands about the configuration and the contents of channels.
Command ConfigCommand();
Command SearchCommand();
Command RepoqueryCommand(std::string_view kind);  // search, depends, whoneeds.

}  // namespace satchel
