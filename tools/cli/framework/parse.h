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
  std::string group;  // The group of commands, "env", whose help was requested; otherwise empty.
};

// `words` without the program's name.
// Errors: kInvalidArgument: "unknown option '--chanel'; did you mean '--channel'?".
[[nodiscard]] absl::StatusOr<ParsedCommand> ParseCommandLine(const std::vector<std::string>& words);

}  // namespace satchel
