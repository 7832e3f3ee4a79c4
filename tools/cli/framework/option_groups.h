#pragma once

#include "tools/cli/framework/commands.h"

namespace satchel {

// The options that several commands share, by topic.

OptionGroup WantedOptions();       // Specs of files, pins, removals.
OptionGroup SourceOptions();       // Channels, platform.
OptionGroup EnvironmentOptions();  // -n and -p, for an existing environment.
OptionGroup TargetOptions();       // Only -n and -p.
OptionGroup ChangeOptions();       // -y, --dry-run and how files are linked.
OptionGroup SolverOptions();
OptionGroup OutputOptions();
OptionGroup GeneralOptions();

}  // namespace satchel
