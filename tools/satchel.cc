// The satchel program: from the command line to a command, and from what it returns to an exit
// code.

#include <signal.h>

#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/plan_json.h"
#include "tools/cli/framework/command_line.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/parse.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {
namespace {

absl::StatusOr<ExitCode> Run(const ParsedCommand& parsed) {
  if (!parsed.group.empty()) {
    RETURN_IF_ERROR(Print(GroupHelpText(parsed.group, StdoutWidth())));
    return kExitOk;
  }
  if (parsed.arguments.help) {
    RETURN_IF_ERROR(Print(HelpText(*parsed.command, StdoutWidth())));
    return kExitOk;
  }
  return parsed.command->run(parsed.arguments);
}

// The one place where an error is told.
ExitCode Report(const absl::Status& error, bool json) {
  if (!json || !Print(ToJson(error)).ok()) {
    PrintError(ToStd(error.message()));
  }
  return ExitCodeOf(error);
}

int Main(const std::vector<std::string>& words) {
  SetCommandLine(words);
  const absl::StatusOr<ParsedCommand> parsed = ParseCommandLine(words);
  if (!parsed.ok()) {
    return Report(parsed.status(), /*json=*/false);
  }
  const absl::StatusOr<ExitCode> code = Run(*parsed);
  return code.ok() ? *code : Report(code.status(), parsed->arguments.json);
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  // Whoever started us may ignore it, and then nothing would tell how a script ended.
  signal(SIGCHLD, SIG_DFL);
  try {
    return satchel::Main(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::bad_alloc&) {
    satchel::PrintError("out of memory");
    return satchel::kExitIo;
  } catch (const std::exception& error) {
    satchel::PrintError(std::string("internal error: ") + error.what());
  }
  return satchel::kExitInternal;
}
