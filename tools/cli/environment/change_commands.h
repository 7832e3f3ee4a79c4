#pragma once

#include <vector>

#include "tools/cli/framework/commands.h"

namespace satchel {

// create, install, update, remove: those that change environments.
std::vector<Command> ChangeCommands();

}  // namespace satchel
