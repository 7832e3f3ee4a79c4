// The commands that tell of the program itself.

#include "base/status_macros.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {

absl::StatusOr<ExitCode> RunCompletion(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError("for which shell? 'satchel completion bash' (or zsh, fish)");
  }
  RETURN_IF_ERROR(PrintExactly(CompletionScriptFor(arguments.positional[0])));
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
