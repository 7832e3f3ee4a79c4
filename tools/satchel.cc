// The satchel program: from the command line to a command, and from what it returns to an exit
// code.

#include <signal.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/plan_json.h"
#include "tools/cli/framework/command_line.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/parse.h"
#include "tools/cli/framework/request_files.h"
#include "tools/cli/framework/terminal.h"

namespace satchel {
namespace {

// For all that this process, and what it starts, looks up from here on.
void UsePlaces(const GlobalArguments& arguments) {
  if (!arguments.root_prefix.empty()) {
    setenv("SATCHEL_ROOT_PREFIX", arguments.root_prefix.c_str(), 1);
  }
  if (!arguments.condarc.empty()) {
    setenv("CONDARC", arguments.condarc.c_str(), 1);
  }
}

absl::StatusOr<ExitCode> Run(const ParsedCommand& parsed) {
  if (!parsed.group.empty()) {
    RETURN_IF_ERROR(Print(GroupHelpText(parsed.group, StdoutWidth())));
    return kExitOk;
  }
  if (parsed.arguments.help) {
    RETURN_IF_ERROR(Print(HelpText(*parsed.command, StdoutWidth())));
    return kExitOk;
  }
  if (parsed.arguments.verbose && !parsed.ignored.empty()) {
    PrintNote("satchel: without effect here: " + absl::StrJoin(parsed.ignored, ", ") + "\n");
  }
  UsePlaces(parsed.arguments);
  if (parsed.command->name.ends_with("export")) {  // Its --file is to be written.
    return parsed.command->run(parsed.arguments);
  }
  Arguments arguments = parsed.arguments;
  ASSIGN_OR_RETURN(const std::optional<ScratchDirectory> files, BringFiles(&arguments));
  return parsed.command->run(arguments);
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
