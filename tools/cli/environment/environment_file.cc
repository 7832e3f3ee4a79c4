// env create, env update, env remove: environments as files describe them.

#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/request/prefix.h"
#include "tools/cli/environment/planned_change.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

// What the files (environment.yml here by default) and the options name, as options alone. Nothing
// is asked, as by conda.
absl::StatusOr<Arguments> Resolved(const Arguments& arguments) {
  Arguments resolved = arguments;
  resolved.yes = true;
  if (resolved.files.empty()) {
    std::error_code error;
    const bool is_short = !std::filesystem::exists("environment.yaml", error);
    resolved.files = {is_short ? "environment.yml" : "environment.yaml"};
  }
  if (resolved.name.empty() && resolved.prefix.empty()) {
    ASSIGN_OR_RETURN(const FileExtras extras, ReadFileExtras(resolved));
    resolved.name = extras.name;
    if (resolved.name.empty()) {  // With a name the prefix is only where it was exported.
      resolved.prefix = extras.prefix;
    }
  }
  return resolved;
}

absl::Status CheckNamed(const Arguments& resolved) {
  return !resolved.name.empty() || !resolved.prefix.empty()
             ? absl::OkStatus()
             : absl::InvalidArgumentError(absl::StrFormat(
                   "which environment? %s has no 'name:'; give --name NAME or --prefix DIR",
                   resolved.files[0]));
}

// Exactly what the files ask for and need; what fits of the environment stays.
absl::StatusOr<ExitCode> UpdateAndPrune(const Arguments& resolved, const std::string& prefix) {
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  RETURN_IF_ERROR(CheckNotFrozen(resolved, prefix));
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  Arguments of_nothing = resolved;
  of_nothing.name.clear();
  of_nothing.prefix.clear();
  of_nothing.prune = false;
  if (!resolved.no_pin) {
    for (const SpecText& pin : current.pins) {
      of_nothing.pins.push_back(pin.text);
    }
  }
  ASSIGN_OR_RETURN(std::optional<PlannedChange> planned, SolveChange(of_nothing, {}));
  if (!planned.has_value()) {
    return kExitUnsatisfiable;
  }
  planned->change = ChangeTo(planned->change.link, current.installed);
  planned->done = "Done.";
  return CarryOut(resolved, lock, *std::move(planned));
}

}  // namespace

absl::StatusOr<ExitCode> RunEnvCreate(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Arguments resolved, Resolved(arguments));
  RETURN_IF_ERROR(CheckNamed(resolved));
  ASSIGN_OR_RETURN(const std::string prefix, NewPrefix(resolved));
  if (HoldsEnvironment(prefix) && !arguments.yes) {
    return absl::AlreadyExistsError(absl::StrFormat(
        "there is an environment at %s already: 'satchel env update' brings it up to the file, "
        "--yes puts a new one in its place",
        prefix));
  }
  return RunCreate(resolved);
}

absl::StatusOr<ExitCode> RunEnvUpdate(const Arguments& arguments) {
  ASSIGN_OR_RETURN(Arguments resolved, Resolved(arguments));
  if (resolved.name.empty() && resolved.prefix.empty()) {
    ASSIGN_OR_RETURN(resolved.prefix, ExistingPrefix(resolved));  // The active one.
  }
  if (!ExistingPrefix(resolved).ok()) {
    return RunCreate(resolved);
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(resolved));
  ASSIGN_OR_RETURN(const FileExtras extras, ReadFileExtras(resolved));
  return resolved.prune && !extras.is_explicit ? UpdateAndPrune(resolved, prefix)
                                               : RunInstall(resolved);
}

absl::StatusOr<ExitCode> RunEnvRemove(const Arguments& arguments) {
  if (arguments.name.empty() && arguments.prefix.empty()) {
    return absl::InvalidArgumentError("which environment? give --name NAME or --prefix DIR");
  }
  Arguments all = arguments;
  all.all = true;
  return RunRemove(all);
}

}  // namespace satchel
