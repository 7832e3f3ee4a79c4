// The commands that tell of the program itself.

#include <algorithm>

#include "base/status_macros.h"
#include "tools/cli/framework/commands.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {

absl::StatusOr<ExitCode> RunCompletion(const Arguments& arguments) {
  const std::string shell =
      arguments.positional.empty() ? arguments.shell : arguments.positional[0];
  if (shell.empty() || arguments.positional.size() > 1) {
    return absl::InvalidArgumentError("for which shell? 'satchel completion bash' (or zsh, fish)");
  }
  RETURN_IF_ERROR(PrintExactly(CompletionScriptFor(shell)));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCommands(const Arguments& arguments) {
  nlohmann::json names = nlohmann::json::array();
  std::string text;
  for (const Command& command : Commands()) {
    const std::string name(command.name.substr(0, command.name.find(' ')));
    if (!name.empty() &&
        std::find(names.begin(), names.end(), nlohmann::json(name)) == names.end()) {
      names.push_back(name);
      text += name + "\n";
    }
  }
  RETURN_IF_ERROR(Print(arguments.json ? names.dump() + "\n" : text));
  return kExitOk;
}

// Channels tell conda's users news in a file, which satchel does not fetch.
absl::StatusOr<ExitCode> RunNotices(const Arguments& arguments) {
  RETURN_IF_ERROR(Print(arguments.json ? "[]\n" : "No notices.\n"));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunManual(const Arguments& /*arguments*/) {
  RETURN_IF_ERROR(Print(ManualPage()));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunProgram(const Arguments& arguments) {
  if (!arguments.version) {
    return absl::InvalidArgumentError("no command; 'satchel --help' lists them");
  }
  RETURN_IF_ERROR(Print("satchel " + ProgramVersion() + "\n"));
  return kExitOk;
}

}  // namespace satchel
