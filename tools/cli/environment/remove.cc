#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/registry.h"
#include "frontend/link/change/remove_environment.h"
#include "frontend/request/prefix.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/environment/planned_change.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

std::vector<PackageRecord> RecordsOf(const Prefix& current) {
  std::vector<PackageRecord> records;
  for (const InstalledPackage& package : current.installed) {
    records.push_back(package.record);
  }
  return records;
}

// The environment with its directory, and the link that it was named by.
absl::StatusOr<ExitCode> RemoveAll(const Arguments& arguments, const std::string& named,
                                   const EnvironmentLock& lock, const Prefix& current) {
  const std::string& prefix = lock.prefix();
  RETURN_IF_ERROR(CheckMayBeRemoved(prefix));
  PlannedChange planned;
  planned.solved = false;
  planned.change.unlink = RecordsOf(current);
  planned.question =
      absl::StrFormat("This removes everything in %s, including files of no package.\n", prefix);
  if (arguments.dry_run) {
    return CarryOut(arguments, lock, std::move(planned));
  }
  ASSIGN_OR_RETURN(const bool confirmed, Confirm(arguments, planned.question));
  if (!confirmed) {
    PrintNote("Nothing was changed.\n");
    return kExitOk;
  }
  std::vector<std::string> warnings;
  {
    const InterruptGuard interrupt;
    RETURN_IF_ERROR(RemoveEnvironment(lock, planned.change.unlink, !arguments.skip_scripts,
                                      interrupt.flag(), &warnings));
  }
  std::error_code error;
  if (std::filesystem::is_symlink(named, error)) {
    std::filesystem::remove(named, error);
  }
  for (const std::string& path : std::set<std::string>{prefix, named}) {
    if (const absl::Status unlisted = UnregisterEnvironment(RegistryFile(&LookUpEnvironment), path);
        !unlisted.ok()) {
      warnings.push_back(path + " cannot be removed from the list of environments: " +
                         std::string(ToStd(unlisted.message())));
    }
  }
  if (arguments.json) {
    planned.context.dry_run = false;
    planned.context.prefix = prefix;
    planned.context.warnings = warnings;
    planned.plan.unlink = planned.change.unlink;
    RETURN_IF_ERROR(Print(ToJson(planned.plan, planned.context)));
  } else {
    const bool was_typed_quiet =
        arguments.quiet && (arguments.typed == nullptr || arguments.typed->quiet);
    if (!was_typed_quiet) {  // `rename` is quiet about all but these.
      std::ranges::for_each(warnings, PrintWarning);
    }
    RETURN_IF_ERROR(arguments.quiet ? absl::OkStatus() : Print("Removed " + prefix + ".\n"));
  }
  return kExitOk;
}

// The names that `specs` match; what matches nothing is an error.
absl::StatusOr<std::vector<std::string>> Matching(const std::vector<std::string>& specs,
                                                  const Prefix& current) {
  std::vector<std::string> names;
  std::vector<std::string> missing;
  for (const std::string& text : specs) {
    ASSIGN_OR_RETURN(const MatchSpec spec, MatchSpec::Parse(text));
    const std::size_t before = names.size();
    for (const InstalledPackage& package : current.installed) {
      if (MatchesRecord(spec, package.record)) {
        names.push_back(package.record.name);
      }
    }
    if (names.size() == before) {
      missing.push_back(text);
    }
  }
  if (!missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("not installed in %s: %s", current.path, absl::StrJoin(missing, ", ")));
  }
  return names;
}

// --force: whatever needs them.
PlannedChange OnlyThese(const std::vector<std::string>& names, const Prefix& current) {
  std::vector<PackageRecord> rest = RecordsOf(current);
  std::erase_if(rest, [&names](const PackageRecord& record) {
    return std::ranges::count(names, record.name) > 0;
  });
  return ExactChange(rest, current.installed, /*keep_others=*/false);
}

absl::StatusOr<std::optional<PlannedChange>> PlanRemoval(const Arguments& arguments,
                                                         const Prefix& current) {
  if (arguments.all) {
    return ExactChange({}, current.installed, /*keep_others=*/false);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Matching(arguments.positional, current));
  std::optional<PlannedChange> planned;
  if (arguments.no_deps) {
    planned = OnlyThese(names, current);
  } else {
    Arguments removal = arguments;
    removal.remove = names;
    // What nobody asked for goes with what needed it. Where nothing is known of what was asked for,
    // that would be everything.
    removal.prune = std::ranges::any_of(
        current.installed, [](const InstalledPackage& p) { return p.requested.has_value(); });
    ASSIGN_OR_RETURN(planned, SolveChange(removal, {}));
  }
  if (!planned.has_value()) {
    return planned;
  }
  // Who goes along is no longer asked for either.
  planned->verb = "remove";
  planned->specs = names;
  for (const PackageRecord& record : planned->change.unlink) {
    const bool comes_back = std::ranges::find(planned->change.link, record.name,
                                              &PackageRecord::name) != planned->change.link.end();
    if (!comes_back && planned->requested.contains(record.name) &&
        std::ranges::count(names, record.name) == 0) {
      planned->specs.push_back(record.name);
    }
  }
  return planned;
}

}  // namespace

absl::StatusOr<ExitCode> RunRemove(const Arguments& arguments) {
  if (arguments.positional.empty() != arguments.all) {
    return absl::InvalidArgumentError(
        "name the packages to remove, as in 'satchel remove numpy', or give --all");
  }
  const bool with_directory = arguments.all && !arguments.keep_env;
  ASSIGN_OR_RETURN(const std::string named,
                   with_directory ? ExistingOrFinished(arguments) : ExistingPrefix(arguments));
  std::string prefix = named;
  std::error_code error;
  if (with_directory && std::filesystem::is_symlink(named, error)) {
    prefix = std::filesystem::canonical(named, error).string();
  }
  ASSIGN_OR_RETURN(const EnvironmentLock lock, LockEnvironment(prefix, /*create=*/false));
  RETURN_IF_ERROR(CheckNotFrozen(arguments, prefix));
  ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix));
  if (with_directory) {
    return RemoveAll(arguments, named, lock, current);
  }
  Arguments of_prefix = arguments;
  of_prefix.name.clear();
  of_prefix.prefix = prefix;
  ASSIGN_OR_RETURN(std::optional<PlannedChange> planned, PlanRemoval(of_prefix, current));
  if (!planned.has_value()) {
    return kExitUnsatisfiable;
  }
  planned->done = "Done.";
  return CarryOut(of_prefix, lock, *std::move(planned));
}

}  // namespace satchel
