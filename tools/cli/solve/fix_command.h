#pragma once

#include <string>

#include "encoding/request.h"
#include "tools/cli/framework/arguments.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {

// How to make a fix come true.
struct FixCommand {
  std::string command;  // To run, quoted for a POSIX shell.
  // Where what changes stands, if that is a file: it has to be changed there before. Else empty.
  std::string file;
};

// The command that was run, to be run again with `request` in place of the request prepared, from
// which it differs in what fixes change. Of `explain`, the `solve` that it is about.
FixCommand CommandFor(const Arguments& arguments, const PreparedRequest& prepared,
                      const Request& request);

}  // namespace satchel
