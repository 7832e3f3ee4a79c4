#pragma once

#include <string>
#include <vector>

#include "tools/cli/framework/arguments.h"

namespace satchel {

// What helps where no channel that was searched has these names: another name, a channel that has
// them, or a platform for which those channels have them, as far as that is known without asking a
// server. `channels` are those searched, as typed.
std::vector<std::string> NameHints(const Arguments& arguments, const std::string& platform,
                                   const std::vector<std::string>& channels,
                                   const std::vector<std::string>& names);

}  // namespace satchel
