// `satchel rename`: packages know the path of their environment, so it is made anew under the other
// name, and then the old one is removed.

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "tools/cli/run.h"
#include "tools/cli/target.h"
#include "tools/cli/terminal.h"

namespace satchel {
namespace {

absl::Status CheckMayGo(const std::string& prefix) {
  if (prefix == UserEnvironments().root_prefix) {
    return absl::InvalidArgumentError("the root prefix (base) cannot be renamed");
  }
  if (prefix == ActivePrefix(&LookUpEnvironment)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is the active environment; deactivate it first", prefix));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> RunRename(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError("give one new name, as in 'satchel rename -n old new'");
  }
  if (arguments.name.empty() && arguments.prefix.empty()) {
    return absl::InvalidArgumentError("which environment? give --name NAME or --prefix DIR");
  }
  ASSIGN_OR_RETURN(const std::string source, ExistingPrefix(arguments));
  RETURN_IF_ERROR(CheckMayGo(source));
  Arguments creation = arguments;
  const std::string destination = arguments.positional[0];
  const bool is_path = destination.find('/') != std::string::npos;
  creation.positional.clear();
  creation.name = is_path ? "" : destination;
  creation.prefix = is_path ? destination : "";
  creation.clone = source;
  creation.yes = true;
  ASSIGN_OR_RETURN(const std::string target, NewPrefix(creation));
  if (IsEnvironment(target) && !arguments.yes) {
    return absl::AlreadyExistsError(absl::StrFormat(
        "there is an environment at %s already; --yes puts this one in its place", target));
  }
  if (target == source) {
    return absl::InvalidArgumentError("that is its name already");
  }
  ASSIGN_OR_RETURN(const ExitCode created, RunCreate(creation));
  if (created != kExitOk || arguments.dry_run) {
    return created;
  }
  Arguments removal = arguments;
  removal.positional.clear();
  removal.name.clear();
  removal.prefix = source;
  removal.all = true;
  removal.yes = true;
  removal.quiet = true;  // What was done is told above.
  removal.json = false;
  return RunRemove(removal);
}

}  // namespace satchel
