#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/environment/shell.h"
#include "frontend/request/prefix.h"
#include "tools/cli/environment/planned_change.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

// By name or path.
absl::StatusOr<std::string> CloneSource(const std::string& typed) {
  const bool is_path = typed.find('/') != std::string::npos;
  return LocateEnvironment(UserEnvironments(), {is_path ? "" : typed, is_path ? typed : ""},
                           &LookUpEnvironment);
}

// What is there already may be replaced, but not the base environment, nor the one that is cloned.
absl::Status CheckTarget(const ChangeArguments& arguments, const std::string& prefix) {
  const std::string root = UserEnvironments().root_prefix;
  ASSIGN_OR_RETURN(const bool is_root, IsSameDirectory(prefix, root));
  if (is_root && IsEnvironment(prefix)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is the base environment, which is not replaced; 'satchel install' changes it", prefix));
  }
  if (arguments.clone.empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string source, CloneSource(arguments.clone));
  ASSIGN_OR_RETURN(const bool is_inside, IsWithin(prefix, source));
  ASSIGN_OR_RETURN(const bool is_of_root, IsSameDirectory(source, root));
  ASSIGN_OR_RETURN(const bool is_same, IsSameDirectory(prefix, source));
  ASSIGN_OR_RETURN(const bool is_around, IsWithin(source, prefix));
  if ((is_inside && !is_of_root) || is_same || is_around) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--clone %s: %s is the other environment, or lies inside it; choose another place", source,
        prefix));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<PlannedChange>> CloneChange(const Arguments& arguments) {
  if (!arguments.positional.empty() || !arguments.files.empty()) {
    return absl::InvalidArgumentError("--clone copies the whole environment; give no specs");
  }
  ASSIGN_OR_RETURN(const std::string path, CloneSource(arguments.clone));
  RETURN_IF_ERROR(SettleEnvironment(path));
  ASSIGN_OR_RETURN(const Prefix source, ReadPrefix(path));
  std::vector<PackageRecord> records;
  for (const InstalledPackage& package : source.installed) {
    records.push_back(package.record);
  }
  SortByDependencies(&records);
  PlannedChange planned = ExactChange(records, {}, /*keep_others=*/false);
  for (const InstalledPackage& package : source.installed) {
    if (package.requested.has_value()) {
      planned.requested[package.record.name] = package.requested->ToString();
      planned.specs.push_back(package.requested->ToString());
    }
  }
  planned.copied_from = source.path;
  return planned;
}

absl::StatusOr<std::optional<PlannedChange>> PlanCreation(const Arguments& arguments) {
  if (!arguments.clone.empty()) {
    return CloneChange(arguments);
  }
  ASSIGN_OR_RETURN(std::optional<CompletePackages> packages, ExplicitPackages(arguments));
  if (packages.has_value()) {
    PlannedChange planned = ExactChange(packages->records, {}, /*keep_others=*/false);
    planned.ready = std::move(packages->ready);
    for (const PackageRecord& record : packages->records) {
      planned.requested[record.name] = ExactSpec(record);
      planned.specs.push_back(ExactSpec(record));
    }
    ASSIGN_OR_RETURN(planned.extras, ReadFileExtras(arguments));
    return planned;
  }
  std::vector<std::string> specs = arguments.positional;
  if (!arguments.no_default_packages) {
    ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
    for (std::string& spec : configuration.List("create_default_packages")) {
      specs.push_back(std::move(spec));
    }
  }
  if (specs.empty() && arguments.files.empty()) {
    return PlannedChange();
  }
  Arguments of_nothing = arguments;  // What is there, if anything, is replaced.
  of_nothing.name.clear();
  of_nothing.prefix.clear();
  return SolveChange(of_nothing, specs);
}

std::string HowToActivate(const std::string& prefix) {
  const std::string name = EnvironmentName(UserEnvironments(), prefix);
  return "Created. To activate it: satchel activate " + AsTyped(name.empty() ? prefix : name);
}

}  // namespace

absl::StatusOr<ExitCode> RunCreate(const Arguments& arguments) {
  if (arguments.dry_run && arguments.name.empty() && arguments.prefix.empty()) {
    ASSIGN_OR_RETURN(std::optional<PlannedChange> planned, PlanCreation(arguments));
    return planned.has_value() ? ShowOnly(arguments, *std::move(planned)) : kExitUnsatisfiable;
  }
  if (IsBaseToBeMade(arguments) && !arguments.dry_run &&
      !(arguments.positional.empty() && arguments.files.empty())) {
    return RunInstall(arguments);
  }
  ASSIGN_OR_RETURN(const std::string prefix, NewPrefix(arguments));
  RETURN_IF_ERROR(CheckTarget(arguments, prefix));
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/true));
  std::vector<InstalledPackage> installed;
  if (!lock.is_new()) {
    RETURN_IF_ERROR(CheckNotFrozen(arguments, prefix));
    ASSIGN_OR_RETURN(Prefix existing, ReadPrefix(prefix));
    installed = std::move(existing.installed);
  }
  ASSIGN_OR_RETURN(std::optional<PlannedChange> planned, PlanCreation(arguments));
  if (!planned.has_value()) {
    return kExitUnsatisfiable;
  }
  for (const InstalledPackage& package : installed) {
    planned->change.unlink.push_back(package.record);
  }
  if (!lock.is_new()) {
    planned->question = absl::StrFormat(
        "There is an environment at %s already: its packages are replaced.\n", prefix);
  }
  planned->done = HowToActivate(prefix);
  return CarryOut(arguments, lock, *std::move(planned));
}

}  // namespace satchel
