// `satchel rename`: packages know the path of their environment, so it is made anew under the other
// name, and then the old one is removed.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/environment/untracked.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/shell/run.h"

namespace satchel {

absl::StatusOr<ExitCode> RunRename(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError("give one new name, as in 'satchel rename -n old new'");
  }
  if (arguments.name.empty() && arguments.prefix.empty()) {
    return absl::InvalidArgumentError("which environment? give --name NAME or --prefix DIR");
  }
  ASSIGN_OR_RETURN(const std::string source, ExistingOrFinished(arguments));
  RETURN_IF_ERROR(CheckMayBeRemoved(source));
  RETURN_IF_ERROR(CheckNotFrozen(arguments, source));
  Arguments creation = arguments;
  const std::string destination = arguments.positional[0];
  const bool is_path = destination.find('/') != std::string::npos;
  creation.positional.clear();
  creation.name = is_path ? "" : destination;
  creation.prefix = is_path ? destination : "";
  creation.clone = source;
  creation.yes = true;
  ASSIGN_OR_RETURN(const std::string target, NewPrefix(creation));
  ASSIGN_OR_RETURN(const bool is_same, IsSameDirectory(target, source));
  if (is_same) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s and %s are the same environment already", source, target));
  }
  ASSIGN_OR_RETURN(const bool is_inside, IsWithin(target, source));
  ASSIGN_OR_RETURN(const bool is_around, IsWithin(source, target));
  if (is_inside || is_around) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s and %s: one lies inside the other; choose another place", source, target));
  }
  const bool replaces = HoldsEnvironment(target);
  if (replaces && !arguments.yes) {
    return absl::AlreadyExistsError(absl::StrFormat(
        "there is an environment at %s already; --yes puts this one in its place", target));
  }
  if (replaces) {
    ASSIGN_OR_RETURN(const std::vector<std::string> in_both, OwnFilesInBoth(source, target));
    if (!in_both.empty()) {
      return absl::FailedPreconditionError(
          absl::StrFormat("'%s' belongs to no package and is in both %s and %s: one would be lost; "
                          "move one away first",
                          in_both.front(), source, target));
    }
  }
  ASSIGN_OR_RETURN(const ExitCode created, RunCreate(creation));
  if (created != kExitOk || arguments.dry_run) {
    return created;
  }
  const std::string complete =
      absl::StrFormat("; %s is complete, and %s is still there", target, source);
  const auto both_are_there = [&complete](const absl::Status& status) {
    return absl::Status(status.code(), std::string(status.message()) + complete);
  };
  const absl::StatusOr<std::vector<std::string>> left = OwnFilesInBoth(source, target);
  if (!left.ok()) {
    return both_are_there(left.status());
  }
  if (!left->empty()) {
    return both_are_there(absl::FailedPreconditionError(absl::StrFormat(
        "'%s' is of no package, and a package has its place in the other environment; move it away",
        left->front())));
  }
  Arguments removal = arguments;
  removal.positional.clear();
  removal.name.clear();
  removal.prefix = source;
  removal.all = true;
  removal.yes = true;
  removal.quiet = true;  // What was done is told above.
  removal.json = false;
  absl::StatusOr<ExitCode> removed = RunRemove(removal);
  return removed.ok() ? removed : both_are_there(removed.status());
}

}  // namespace satchel
