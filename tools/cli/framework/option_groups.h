#pragma once

#include "tools/cli/framework/commands.h"

namespace satchel {

// The options that several commands share, by what they are about.

OptionGroup WantedOptions();       // Specs of files, pins, removals.
OptionGroup SourceOptions();       // Channels, platform.
OptionGroup EnvironmentOptions();  // -n and -p, of an environment that is there.
OptionGroup TargetOptions();       // -n and -p alone.
OptionGroup ChangeOptions();       // -y, --dry-run and how files are linked.
OptionGroup SolverOptions();
OptionGroup OutputOptions();
OptionGroup GeneralOptions();

}  // namespace satchel
