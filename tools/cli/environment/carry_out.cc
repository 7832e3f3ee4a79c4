#include "tools/cli/environment/carry_out.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/registry.h"
#include "frontend/environment/soft_links.h"
#include "frontend/environment/untracked.h"
#include "frontend/fetch/downloader.h"
#include "frontend/files.h"
#include "frontend/link/cache/cache_entry.h"
#include "frontend/link/change/remove_environment.h"
#include "frontend/link/change/transaction.h"
#include "frontend/link/journal/journal.h"
#include "frontend/link/layout/clobbered.h"
#include "frontend/request/prefix.h"
#include "frontend/request/record_json.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/package_progress.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/command_line.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/text_report.h"

namespace satchel {
namespace {

absl::StatusOr<std::vector<CachedPackage>> MakeReady(const Arguments& arguments,
                                                     const Configuration& configuration,
                                                     const std::vector<PackageRecord>& records) {
  ASSIGN_OR_RETURN(NetworkOptions network, NetworkSettings(arguments, configuration));
  const InterruptGuard interrupt;
  const PackageCache cache = UserPackageCache(configuration);
  PackageProgress progress(!arguments.quiet && !arguments.json, cache.Missing(records));
  ProvideWatch watch;
  watch.cancel = InterruptGuard::flag();
  progress.Listen(&watch);
  Downloader downloader(std::move(network));
  return cache.Provide(records, &downloader, watch);
}

// The packages to link, in their order: those that are ready, and the others made so.
absl::StatusOr<std::vector<CachedPackage>> Packages(const Arguments& arguments,
                                                    const Configuration& configuration,
                                                    PlannedChange* planned) {
  std::map<std::string, CachedPackage> by_name;
  for (CachedPackage& package : planned->ready) {
    const std::string& path = package.contents.directory;
    by_name.emplace(path.substr(path.rfind('/') + 1), std::move(package));
  }
  std::vector<PackageRecord> missing;
  for (const PackageRecord& record : planned->change.link) {
    if (!by_name.contains(ExtractedName(record))) {
      missing.push_back(record);
    }
  }
  ASSIGN_OR_RETURN(std::vector<CachedPackage> made, MakeReady(arguments, configuration, missing));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    by_name.emplace(ExtractedName(missing[i]), std::move(made[i]));
  }
  std::vector<CachedPackage> packages;
  for (const PackageRecord& record : planned->change.link) {
    packages.push_back(std::move(by_name.at(ExtractedName(record))));
  }
  return packages;
}

Transaction TransactionOf(PlannedChange* planned, std::vector<CachedPackage> packages) {
  Transaction transaction;
  transaction.unlink = planned->change.unlink;
  transaction.kept = planned->change.kept;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const PackageRecord& record = planned->change.link[i];
    const auto requested = planned->requested.find(record.name);
    transaction.link.push_back(
        {record, requested == planned->requested.end() ? std::string() : requested->second,
         std::move(packages[i].contents), std::move(packages[i].archive)});
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  transaction.history.time_seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  transaction.history.command = CommandLine();
  transaction.history.version = ProgramVersion();
  transaction.history.verb = planned->verb;
  transaction.history.specs = planned->specs;
  return transaction;
}

absl::StatusOr<TransactionReport> Execute(const Arguments& arguments,
                                          const Configuration& configuration,
                                          const EnvironmentLock& lock,
                                          const Transaction& transaction,
                                          std::function<absl::Status()> complete) {
  const InterruptGuard interrupt;
  ProgressLine progress(!arguments.quiet && !arguments.json);
  TransactionOptions options;
  options.preference.always_copy = arguments.copy || configuration.Bool("always_copy");
  options.preference.always_softlink = configuration.Bool("always_softlink");
  options.preference.allow_softlinks = configuration.Bool("allow_softlinks");
  options.run_scripts = !arguments.skip_scripts;
  options.compile_bytecode = !arguments.no_pyc;
  options.root_prefix = UserEnvironments().root_prefix;
  options.cancel = interrupt.flag();
  options.progress = [&progress](std::string_view phase, std::size_t done, std::size_t total) {
    progress.SetPhase(absl::StrFormat("%s %d of %d", std::string(phase), done, total));
  };
  options.complete = std::move(complete);
  return RunTransaction(lock, transaction, options);
}

// The packages to link, made ready, with those that have to be linked anew because their files come
// back when another package goes.
absl::StatusOr<Transaction> MakeTransaction(const Arguments& arguments,
                                            const Configuration& configuration,
                                            const EnvironmentLock& lock, PlannedChange* planned) {
  ASSIGN_OR_RETURN(std::vector<CachedPackage> packages,
                   Packages(arguments, configuration, planned));
  Transaction transaction = TransactionOf(planned, packages);
  ASSIGN_OR_RETURN(const std::vector<ClobberedFile> clobbered,
                   FindClobbered(lock.prefix(), transaction));
  if (clobbered.empty()) {
    return transaction;
  }
  planned->ready = std::move(packages);
  PlannedChange restoring = *planned;
  std::vector<std::string> names;
  std::vector<std::string> notes;
  for (const ClobberedFile& file : clobbered) {
    names.push_back(file.package);
    notes.push_back(file.is_moved
                        ? absl::StrFormat("'%s' of %s is moved; it was linked through a link of %s",
                                          file.path, file.package, file.by)
                        : absl::StrFormat("'%s' of %s is restored; %s had replaced it", file.path,
                                          file.package, file.by));
  }
  Relink(names, &restoring.change);
  absl::StatusOr<std::vector<CachedPackage>> all = Packages(arguments, configuration, &restoring);
  if (!all.ok()) {  // No reason to keep a package that is to go.
    planned->context.warnings.push_back(absl::StrFormat(
        "files of %s cannot be restored (%s); 'install --force-reinstall' restores them later",
        absl::StrJoin(names, ", "), ToStd(all.status().message())));
    PrintWarning(planned->context.warnings.back());
    return transaction;
  }
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(notes, PrintWarning);
  }
  *planned = std::move(restoring);
  return TransactionOf(planned, *std::move(all));
}

absl::Status Show(const OutputArguments& arguments, const EnvironmentLock& lock,
                  const PlannedChange& planned) {
  if (arguments.json || arguments.quiet) {
    return absl::OkStatus();
  }
  TextOptions options;
  options.colour = StdoutHasColour();
  options.quiet = !planned.solved;
  options.verbose = arguments.verbose;
  options.has_environment = !lock.is_new();
  return Print("Environment: " + lock.prefix() + "\n\n" +
               PlanText(planned.plan, planned.context, options) + "\n");
}

absl::Status TellOfDryRun(const OutputArguments& arguments, const PlannedChange& planned) {
  return arguments.json ? Print(ToJson(planned.plan, planned.context))
                        : Print("Dry run: nothing was changed.\n");
}

absl::Status Tell(const OutputArguments& arguments, const TransactionReport& report,
                  PlannedChange* planned) {
  if (arguments.json) {
    planned->context.dry_run = false;
    planned->context.warnings.insert(planned->context.warnings.end(), report.warnings.begin(),
                                     report.warnings.end());
    return Print(ToJson(planned->plan, planned->context));
  }
  if (arguments.quiet) {
    return absl::OkStatus();
  }
  std::ranges::for_each(report.warnings, PrintWarning);
  if (!report.messages.empty()) {
    PrintNote(report.messages + "\n");
  }
  return planned->done.empty() ? absl::OkStatus() : Print(planned->done + "\n");
}

// As in conda, whichever way a package got into the plan.
absl::Status CheckDisallowed(const Configuration& configuration,
                             const std::vector<PackageRecord>& records) {
  for (const std::string& text : configuration.List("disallowed_packages")) {
    ASSIGN_OR_RETURN(const MatchSpec spec, MatchSpec::Parse(text));
    for (const PackageRecord& record : records) {
      if (MatchesRecord(spec, record)) {
        return absl::FailedPreconditionError(
            absl::StrFormat("%s-%s-%s is not allowed: disallowed_packages has '%s'", record.name,
                            record.version, record.build, text));
      }
    }
  }
  return absl::OkStatus();
}

// A request for what is there already changes nothing but what is remembered.
bool IsNothing(const EnvironmentLock& lock, const PlannedChange& planned) {
  return planned.change.link.empty() && planned.change.unlink.empty() && !lock.is_new() &&
         planned.specs.empty() && planned.extras.empty();
}

// What is not of packages comes when they are there.
absl::Status Complete(const std::string& prefix, const PlannedChange& planned) {
  if (!planned.copied_from.empty()) {
    RETURN_IF_ERROR(CopyOwnFiles(planned.copied_from, prefix).status());
  }
  return SetVariables(prefix, planned.extras);
}

}  // namespace

PackageCache UserPackageCache(const Configuration& configuration) {
  std::vector<std::string> directories;
  for (const std::string& path : configuration.List("pkgs_dirs")) {
    directories.push_back(AbsolutePath(ExpandPath(path)));
  }
  if (directories.empty()) {
    directories = {UserEnvironments().root_prefix + "/pkgs",
                   AbsolutePath(ExpandPath("~/.conda/pkgs"))};
  }
  return PackageCache(std::move(directories));
}

absl::StatusOr<EnvironmentLock> LockEnvironment(const std::string& prefix, bool create) {
  const InterruptGuard interrupt;
  FinishRemovals(prefix);
  LockWatch watch;
  watch.cancel = interrupt.flag();
  watch.waiting = [&prefix](const std::string& /*path*/) {
    PrintNote("satchel: waiting for another process that is changing " + prefix + "\n");
  };
  absl::StatusOr<EnvironmentLock> lock =
      create ? EnvironmentLock::Create(prefix, watch) : EnvironmentLock::Open(prefix, watch);
  if (lock.ok() && lock->recovery() == Recovery::kRolledBack) {
    PrintWarning("an earlier change of " + prefix +
                 " was interrupted; it has been undone, the environment is as before it");
  }
  if (lock.ok() && lock->recovery() == Recovery::kFinished) {
    PrintWarning("an earlier change of " + prefix +
                 " was interrupted at its very end; it is complete");
  }
  if (lock.ok()) {
    std::ranges::for_each(lock->notes(), PrintWarning);
  }
  return lock;
}

absl::Status SettleEnvironment(const std::string& prefix) {
  return HasJournal(prefix) ? LockEnvironment(prefix, /*create=*/false).status() : absl::OkStatus();
}

bool HoldsEnvironment(const std::string& prefix) {
  if (!SettleEnvironment(prefix).ok()) {
    return IsEnvironment(prefix);
  }
  const auto entries = EntriesIn(prefix + "/conda-meta");
  return IsEnvironment(prefix) &&
         (!entries.ok() || std::ranges::any_of(*entries, [](const auto& entry) {
           return entry.path().filename() == "history" || entry.path().extension() == ".json";
         }));
}

absl::Status CheckNotFrozen(const ChangeArguments& arguments, const std::string& prefix) {
  const absl::StatusOr<std::string> text = ReadFile(prefix + "/conda-meta/frozen");
  if (arguments.override_frozen || absl::IsNotFound(text.status())) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(text.status());
  const std::string reason = FrozenMessage(*text);
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s is marked as frozen and may not be changed%s%s; --override-frozen changes it anyway",
      prefix, reason.empty() ? "" : ": ", reason));
}

absl::StatusOr<bool> Confirm(const Arguments& arguments, const std::string& question) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  if (arguments.yes || arguments.json || configuration.Bool("always_yes")) {
    return true;
  }
  if (isatty(STDIN_FILENO) != 1) {
    return absl::FailedPreconditionError(
        "nothing was changed: there is no terminal to ask for confirmation; use --yes to confirm");
  }
  for (;;) {
    PrintNote(question + "Proceed ([y]/n)? ");
    std::string answer;
    if (!std::getline(std::cin, answer)) {
      return false;
    }
    answer = ToLower(StripSpace(answer));
    if (answer.empty() || answer == "y" || answer == "yes") {
      return true;
    }
    if (answer == "n" || answer == "no") {
      return false;
    }
  }
}

absl::StatusOr<CompletePackages> CompleteRecords(const Arguments& arguments,
                                                 std::vector<PackageRecord> records) {
  CompletePackages complete;
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(complete.ready, MakeReady(arguments, configuration, records));
  for (std::size_t i = 0; i < records.size(); ++i) {
    RETURN_IF_ERROR(CompleteFromIndex(complete.ready[i].contents.directory, &records[i]));
  }
  SortByDependencies(&records);
  complete.records = std::move(records);
  return complete;
}

absl::StatusOr<ExitCode> ShowOnly(const Arguments& arguments, PlannedChange planned) {
  planned.plan.link = planned.change.link;
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  RETURN_IF_ERROR(CheckDisallowed(configuration, planned.change.link));
  planned.context.fetch = UserPackageCache(configuration).Missing(planned.change.link);
  if (!arguments.json && !arguments.quiet) {
    TextOptions options;
    options.colour = StdoutHasColour();
    options.quiet = !planned.solved;
    options.verbose = arguments.verbose;
    RETURN_IF_ERROR(Print(PlanText(planned.plan, planned.context, options) + "\n"));
  }
  RETURN_IF_ERROR(TellOfDryRun(arguments, planned));
  return kExitOk;
}

absl::StatusOr<ExitCode> CarryOut(const Arguments& arguments, const EnvironmentLock& lock,
                                  PlannedChange planned) {
  planned.plan.link = planned.change.link;
  planned.plan.unlink = planned.change.unlink;
  planned.context.prefix = lock.prefix();
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments, lock.prefix()));
  RETURN_IF_ERROR(CheckDisallowed(configuration, planned.change.link));
  planned.context.fetch = UserPackageCache(configuration).Missing(planned.change.link);
  RETURN_IF_ERROR(Show(arguments, lock, planned));
  if (arguments.dry_run) {
    RETURN_IF_ERROR(TellOfDryRun(arguments, planned));
    return kExitOk;
  }
  if (IsNothing(lock, planned)) {
    RETURN_IF_ERROR(Tell(arguments, {}, &planned));
    return kExitOk;
  }
  if (!planned.change.link.empty() || !planned.change.unlink.empty()) {
    ASSIGN_OR_RETURN(const bool confirmed, Confirm(arguments, planned.question));
    if (!confirmed) {
      PrintNote("Nothing was changed.\n");
      return kExitOk;
    }
  }
  ASSIGN_OR_RETURN(const Transaction transaction,
                   MakeTransaction(arguments, configuration, lock, &planned));
  if (arguments.download_only) {
    RETURN_IF_ERROR(Tell(arguments, {}, &planned));
    return kExitOk;
  }
  if (configuration.Bool("always_softlink") || configuration.Bool("allow_softlinks")) {
    NoteSoftLinkedEnvironment(UserPackageCache(configuration).directories(), lock.prefix());
  }
  // Of a new environment that is a part of the change, which can be undone.
  const auto complete = [&] { return Complete(lock.prefix(), planned); };
  const bool was_new = lock.is_new();
  ASSIGN_OR_RETURN(const TransactionReport report,
                   Execute(arguments, configuration, lock, transaction,
                           was_new ? std::function<absl::Status()>(complete) : nullptr));
  // An environment works without being listed.
  if (const absl::Status listed =
          RegisterEnvironment(RegistryFile(&LookUpEnvironment), lock.prefix());
      !listed.ok()) {
    PrintWarning("the environment cannot be listed in " + std::string(ToStd(listed.message())));
  }
  if (!was_new) {
    RETURN_IF_ERROR(complete());
  }
  RETURN_IF_ERROR(InstallPipPackages(arguments, lock.prefix(), planned.extras));
  RETURN_IF_ERROR(Tell(arguments, report, &planned));
  return kExitOk;
}

}  // namespace satchel
