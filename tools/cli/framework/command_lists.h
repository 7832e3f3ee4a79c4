#pragma once

#include <vector>

#include "tools/cli/framework/commands.h"

namespace satchel {

// The parts of Commands(), by topic; one file each.
std::vector<Command> EnvironmentCommands();
std::vector<Command> ShellCommands();
Command LockCommand();
Command BatchCommand();
Command AuditCommand();
Command ImpactCommand();

}  // namespace satchel
