// `satchel init`: makes new shells load satchel's shell function.

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/environment/shell_init.h"
#include "frontend/files.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/activation_context.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

absl::StatusOr<std::vector<Shell>> ShellsOf(const Arguments& arguments) {
  std::vector<Shell> shells;
  for (const std::string& word : arguments.positional) {
    shells.push_back(*ShellOf(word));  // The command's table allows no other words.
  }
  if (const std::optional<Shell> shell = ShellOf(arguments.shell); shell.has_value()) {
    shells.push_back(*shell);
  }
  if (shells.empty()) {
    shells.push_back(ShellOfProgram(LookUpEnvironment("SHELL").value_or("bash")));
  }
  return shells;
}

struct Edit {
  std::string file;
  std::string before;
  std::string after;
};

absl::StatusOr<Edit> EditFor(Shell shell, bool reverse, bool system) {
  Edit edit;
  edit.file = system ? SystemStartupFile(shell) : StartupFile(shell, &LookUpEnvironment);
  if (edit.file.empty()) {
    return absl::UnimplementedError(absl::StrFormat(
        "init: this shell has no start-up file%s; let it evaluate what 'satchel hook' prints",
        system ? " for all users" : ""));
  }
  absl::StatusOr<std::string> text = ReadFile(edit.file);
  if (!text.ok() && !absl::IsNotFound(text.status())) {
    return text.status();
  }
  edit.before = text.ok() ? *std::move(text) : "";
  const std::string block =
      reverse
          ? ""
          : InitBlock(shell, ProgramPath(), LookUpEnvironment("SATCHEL_ROOT_PREFIX").value_or(""));
  ASSIGN_OR_RETURN(edit.after, ReplaceInitBlock(edit.before, block, edit.file));
  return edit;
}

absl::Status Write(const Edit& edit) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(fs::path(edit.file).parent_path(), error);
  return error ? absl::ErrnoToStatus(error.value(), edit.file) : EditFile(edit.file, edit.after);
}

std::string Told(const Edit& edit, const Arguments& arguments) {
  if (edit.before == edit.after) {
    return "no change     " + edit.file + "\n";
  }
  if (!arguments.dry_run) {
    return "modified      " + edit.file + "\n";
  }
  const std::string& whole = arguments.reverse ? edit.before : edit.after;
  std::string text = "would modify  " + edit.file + (arguments.reverse ? ", removing" : ", adding");
  return text + ":\n" + FindInitBlock(whole);
}

}  // namespace

absl::StatusOr<ExitCode> RunInit(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<Shell> shells, ShellsOf(arguments));
  nlohmann::json files = nlohmann::json::array();
  std::string text;
  bool changed = false;
  for (const Shell shell : shells) {
    ASSIGN_OR_RETURN(const Edit edit, EditFor(shell, arguments.reverse, arguments.system));
    if (edit.before != edit.after && !arguments.dry_run) {
      RETURN_IF_ERROR(Write(edit));
    }
    changed = changed || edit.before != edit.after;
    text += Told(edit, arguments);
    files.push_back({{"file", edit.file}, {"modified", edit.before != edit.after}});
  }
  if (changed && !arguments.dry_run) {
    text += "Open a new shell for this to take effect.\n";
  }
  const nlohmann::json json = {{"success", true}, {"dry_run", arguments.dry_run}, {"files", files}};
  RETURN_IF_ERROR(Print(
      arguments.json ? json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
                     : text));
  return kExitOk;
}

}  // namespace satchel
