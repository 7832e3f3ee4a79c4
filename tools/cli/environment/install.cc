#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/request/prefix.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/environment/planned_change.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

constexpr char kAlreadyThere[] = "All requested packages are installed already.";

absl::StatusOr<std::optional<PlannedChange>> PlanInstallation(const Arguments& arguments,
                                                              const std::string& prefix) {
  ASSIGN_OR_RETURN(std::optional<CompletePackages> packages, ExplicitPackages(arguments));
  if (!packages.has_value()) {
    return SolveChange(arguments, arguments.positional);
  }
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  PlannedChange planned = ExactChange(packages->records, current.installed, /*keep_others=*/true);
  planned.ready = std::move(packages->ready);
  for (const PackageRecord& record : planned.change.link) {
    planned.requested[record.name] = ExactSpec(record);
    planned.specs.push_back(ExactSpec(record));
  }
  ASSIGN_OR_RETURN(planned.extras, ReadFileExtras(arguments));
  return planned;
}

absl::Status CheckInstalled(const std::vector<std::string>& specs, const Prefix& current) {
  std::vector<std::string> missing;
  for (const std::string& text : specs) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    const bool is_there =
        spec.ok() &&
        std::ranges::any_of(current.installed, [&spec](const InstalledPackage& package) {
          return package.record.name == spec->name();
        });
    if (spec.ok() && !is_there) {
      missing.push_back(spec->name());
    }
  }
  if (missing.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("not installed in %s: %s; 'satchel install' installs what is new",
                      current.path, absl::StrJoin(missing, ", ")));
}

// --satisfied-skip-solve: whether each spec has a package in the environment.
absl::StatusOr<bool> AreInstalled(const std::vector<std::string>& specs,
                                  const std::string& prefix) {
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  for (const std::string& text : specs) {
    ASSIGN_OR_RETURN(const MatchSpec spec, MatchSpec::Parse(text));
    if (std::ranges::none_of(current.installed, [&spec](const InstalledPackage& package) {
          return MatchesRecord(spec, package.record);
        })) {
      return false;
    }
  }
  return !specs.empty();
}

// `arguments` name the prefix itself from here on: which environment is active, say, was decided.
absl::StatusOr<ExitCode> ChangeEnvironment(Arguments arguments) {
  if (IsBaseToBeMade(arguments) && !arguments.dry_run) {
    RETURN_IF_ERROR(MakeBase());
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  arguments.name.clear();
  arguments.prefix = prefix;
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  RETURN_IF_ERROR(CheckNotFrozen(arguments, prefix));
  if (arguments.satisfied_skip_solve) {
    ASSIGN_OR_RETURN(const bool is_nothing, AreInstalled(arguments.positional, prefix));
    if (is_nothing) {
      RETURN_IF_ERROR(Print(arguments.json ? "{\"success\": true, \"message\": \"" +
                                                 std::string(kAlreadyThere) + "\"}\n"
                                           : std::string(kAlreadyThere) + "\n"));
      return kExitOk;
    }
  }
  ASSIGN_OR_RETURN(std::optional<PlannedChange> planned, PlanInstallation(arguments, prefix));
  if (!planned.has_value()) {
    return kExitUnsatisfiable;
  }
  const bool changes =
      !planned->change.link.empty() || !planned->change.unlink.empty() || !planned->extras.empty();
  planned->done = changes ? "Done." : kAlreadyThere;
  return CarryOut(arguments, lock, *std::move(planned));
}

}  // namespace

absl::StatusOr<ExitCode> RunInstall(const Arguments& arguments) {
  if (!arguments.revision.empty()) {
    return RunRevision(arguments);
  }
  if (arguments.positional.empty() && arguments.files.empty()) {
    return absl::InvalidArgumentError(
        "nothing to install; give specs, as in 'satchel install numpy', or --file");
  }
  return ChangeEnvironment(arguments);
}

absl::StatusOr<ExitCode> RunUpdate(const Arguments& arguments) {
  if (arguments.positional.empty() && arguments.files.empty() && !arguments.all) {
    return absl::InvalidArgumentError(
        "nothing to update; name packages, as in 'satchel update numpy', or give --all");
  }
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  RETURN_IF_ERROR(CheckInstalled(arguments.positional, current));
  Arguments with_all = arguments;
  with_all.update_all = arguments.all;
  return ChangeEnvironment(std::move(with_all));
}

}  // namespace satchel
