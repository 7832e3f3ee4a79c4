#pragma once

#include <vector>

#include "tools/cli/framework/commands.h"

namespace satchel {

// The commands that change environments: create, install, update, remove.
std::vector<Command> ChangeCommands();

}  // namespace satchel
