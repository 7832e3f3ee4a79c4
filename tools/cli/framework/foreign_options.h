#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tools/cli/framework/commands.h"

namespace satchel {

// An option of conda or micromamba that a command takes without listing it, so that what a script
// says to them may be said to satchel.
struct ForeignOption {
  std::string names;  // "-q,--quiet"; the command itself has none of them.
  bool takes_value = false;
  // What it sets, if it has a meaning here.
  std::variant<bool Arguments::*, std::string Arguments::*, std::vector<std::string> Arguments::*>
      target;
  bool is_ignored() const;
};

std::vector<ForeignOption> ForeignOptionsOf(const Command& command);

}  // namespace satchel
