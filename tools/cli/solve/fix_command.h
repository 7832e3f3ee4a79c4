#pragma once

#include <string>

#include "encoding/request.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {

// How to apply a fix.
struct FixCommand {
  std::string command;  // To run, quoted for a POSIX shell.
  // The file in which the user must first change something; otherwise empty.
  std::string file;
};

// The command of this run, changed so that it makes `request` instead of the prepared request, from
// which `request` differs by a fix. For `explain`, the corresponding `solve`.
FixCommand CommandFor(const Arguments& arguments, const PreparedRequest& prepared,
                      const Request& request);

}  // namespace satchel
