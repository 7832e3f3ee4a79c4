#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/commands.h"

namespace satchel {

struct ParsedCommand {
  const Command* command;  // The program itself if no command was named.
  Arguments arguments;
  std::string group;                 // Of commands, "env", whose help is wanted; else empty.
  std::vector<std::string> ignored;  // Options that were given and have no effect here.
};

// `words` without the program's name.
// Errors: kInvalidArgument: "unknown option '--chanel'; did you mean '--channel'?".
[[nodiscard]] absl::StatusOr<ParsedCommand> ParseCommandLine(const std::vector<std::string>& words);

}  // namespace satchel
