#include "frontend/link/change/transaction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/change/change_plan.h"
#include "frontend/link/journal/journal.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/layout/file_maker.h"
#include "frontend/link/parallel.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/link/script/bytecode.h"
#include "frontend/link/script/link_script.h"

namespace satchel {
namespace {

class TransactionRunner final {
 public:
  TransactionRunner(const EnvironmentLock& lock, const Transaction& transaction,
                    const TransactionOptions& options, ChangePlan plan)
      : environment_(lock.open_environment()),
        transaction_(transaction),
        options_(options),
        plan_(std::move(plan)) {}

  absl::StatusOr<TransactionReport> Run() && {
    report_.warnings = std::move(plan_.warnings);
    if (plan_.has_scripts) {
      report_.messages = ReadMessages(environment_.root);  // An earlier change left them.
    }
    ASSIGN_OR_RETURN(journal_, Journal::Begin(environment_, plan_.journal));
    absl::Status done = CarryOut();
    if (done.ok()) {
      done = journal_->Commit();
    }
    if (done.ok()) {
      return std::move(report_);
    }
    std::string what(ToStd(done.message()));
    if (const std::string said = plan_.has_scripts ? ReadMessages(environment_.root) : "";
        !said.empty()) {
      what += absl::StrFormat(" (%s)", said);
    }
    return absl::Status(done.code(), what + Undone(journal_->RollBack()));
  }

 private:
  std::string Undone(const absl::StatusOr<std::vector<std::string>>& notes) const {
    if (!notes.ok()) {
      return absl::StrFormat("; undoing it failed too (%s): the next change of %s tries again",
                             ToStd(notes.status().message()), environment_.prefix);
    }
    return "; the environment is as it was" +
           (notes->empty() ? std::string() : ", but " + absl::StrJoin(*notes, ", "));
  }

  absl::Status CarryOut() {
    RETURN_IF_ERROR(RunScripts("pre-unlink", transaction_.unlink));
    RETURN_IF_ERROR(MoveAway());
    RETURN_IF_ERROR(RunScripts("pre-link", Linked()));
    RETURN_IF_ERROR(StageMetaFiles());
    RETURN_IF_ERROR(Link());
    RETURN_IF_ERROR(Compile());
    RETURN_IF_ERROR(RunScripts("post-link", Linked()));
    RETURN_IF_ERROR(TakeMessages());
    RETURN_IF_ERROR(WriteRecords());
    RETURN_IF_ERROR(WriteHistory());
    return Complete();
  }

  // As what a script makes, it is known by when it came.
  absl::Status Complete() {
    if (!options_.complete) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(journal_->BeginScript());
    const absl::Status completed = options_.complete();
    RETURN_IF_ERROR(journal_->EndScript());
    return completed;
  }

  std::vector<PackageRecord> Linked() const {
    std::vector<PackageRecord> records;
    for (const PackageToLink& package : transaction_.link) {
      records.push_back(package.record);
    }
    return records;
  }

  void Report(std::string_view phase, std::size_t done, std::size_t total) const {
    if (options_.progress) {
      options_.progress(phase, done, total);
    }
  }

  absl::Status MoveAway() {
    const std::vector<std::string>& paths = plan_.journal.moved_away;
    Report("Unlinking", 0, paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const absl::Status moved = journal_->MoveAway(i);
      if (absl::IsFailedPrecondition(moved)) {
        return absl::FailedPreconditionError(
            absl::StrFormat("%s/%s%s: %s; move it away first", environment_.prefix, paths[i],
                            OfWhom(paths[i]), ToStd(moved.message())));
      }
      RETURN_IF_ERROR(moved);
    }
    return absl::OkStatus();
  }

  // " of PACKAGE" that has a file for this place.
  std::string OfWhom(const std::string& place) const {
    for (const TargetFile& file : plan_.layout.files) {
      if (file.place() == place && !file.hidden) {
        return " of " + transaction_.link[file.package].record.name;
      }
    }
    return {};
  }

  absl::Status RunScripts(const char* action, const std::vector<PackageRecord>& packages) {
    if (!options_.run_scripts || !plan_.has_scripts) {
      return absl::OkStatus();
    }
    for (std::size_t i = 0; i < packages.size(); ++i) {
      LinkScript script;
      script.prefix = environment_.prefix;
      script.root_prefix = options_.root_prefix;
      script.package = &packages[i];
      script.action = action;
      script.source_directory =
          std::string_view(action) == "pre-unlink" ? "" : transaction_.link[i].contents.directory;
      ASSIGN_OR_RETURN(const bool has_script, HasLinkScript(script));
      if (!has_script) {
        continue;
      }
      RETURN_IF_ERROR(journal_->BeginScript());
      const absl::Status ran = RunLinkScript(script, options_.cancel);
      RETURN_IF_ERROR(journal_->EndScript());
      if (absl::IsAborted(ran) && std::string_view(action) == "pre-unlink") {
        report_.warnings.emplace_back(ToStd(ran.message()));  // No reason to keep the package.
      } else {
        RETURN_IF_ERROR(ran);
      }
    }
    return absl::OkStatus();
  }

  absl::Status TakeMessages() {
    if (!plan_.has_scripts) {
      return absl::OkStatus();
    }
    const std::string said = ReadMessages(environment_.root);
    report_.messages += (report_.messages.empty() || said.empty() ? "" : "\n") + said;
    return unlinkat(environment_.root, kMessagesFile, 0) == 0 || errno == ENOENT
               ? absl::OkStatus()
               : absl::ErrnoToStatus(errno, environment_.prefix + "/" + kMessagesFile);
  }

  static std::string StagedName(std::size_t record) { return absl::StrFormat("r%d", record); }
  std::size_t num_records() const { return transaction_.link.size() + 1; }  // With the history.

  // Empty as yet, so that the journal knows them before they get their places.
  absl::Status StageMetaFiles() {
    for (std::size_t i = 0; i < num_records(); ++i) {
      const std::string name = StagedName(i);
      const FileDescriptor file(
          openat(journal_->stage(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (!file.ok()) {
        return absl::ErrnoToStatus(errno, environment_.prefix + "/conda-meta");
      }
      ASSIGN_OR_RETURN(InodeIdentity identity, IdentityOf(journal_->stage(), name));
      identity.modified_ns = 0;  // It will be written.
      journal_->NoteMade(plan_.first_record + i, identity);
    }
    return absl::OkStatus();
  }

  absl::Status Link() {
    FileMakerInput input;
    input.prefix = environment_.prefix;
    input.root = environment_.root;
    input.packages = &transaction_.link;
    input.layout = &plan_.layout;
    input.methods = plan_.methods;
    input.allow_softlinks = options_.preference.allow_softlinks;
    input.journal = journal_.get();
    input.made_index = plan_.made_files;
    input.progress = [this](std::size_t done, std::size_t total) {
      Report("Linking", done, total);
    };
    input.cancel = options_.cancel;
    ASSIGN_OR_RETURN(made_, MakeFiles(input));
    report_.files_made = plan_.journal.made.size();
    report_.bytes_copied = made_.bytes_copied;
    return absl::OkStatus();
  }

  absl::Status Compile() {
    if (!options_.compile_bytecode || !plan_.layout.python.has_value()) {
      return absl::OkStatus();
    }
    std::vector<std::string> sources;
    for (std::size_t i = 1; i < plan_.layout.files.size(); ++i) {
      const TargetFile& file = plan_.layout.files[i];
      if (file.kind == TargetFile::Kind::kBytecode && !file.hidden) {
        sources.push_back(
            plan_.layout.files[i - 1].place());  // The layout has it behind its source.
      }
    }
    if (sources.empty()) {
      return absl::OkStatus();
    }
    Report("Compiling", 0, sources.size());
    RETURN_IF_ERROR(journal_->BeginScript());
    const absl::Status compiled =
        CompileBytecode(environment_.prefix, *plan_.layout.python, sources, options_.cancel);
    RETURN_IF_ERROR(journal_->EndScript());
    if (absl::IsUnavailable(compiled)) {  // Python will compile when it first needs to.
      report_.warnings.push_back(
          absl::StrFormat("no bytecode was compiled: %s", ToStd(compiled.message())));
      return absl::OkStatus();
    }
    return compiled;
  }

  absl::Status WriteRecords() {
    std::vector<std::vector<InstalledPath>> paths(transaction_.link.size());
    ParentOpener parents(environment_.root);
    for (std::size_t i = 0; i < plan_.layout.files.size(); ++i) {
      const TargetFile& file = plan_.layout.files[i];
      if (file.kind == TargetFile::Kind::kBytecode) {
        const FoundFile found = FindFile(parents.Open(file.place()), NameOf(file.place()));
        if (found.error != 0) {
          return absl::ErrnoToStatus(found.error, environment_.prefix + "/" + file.place());
        }
        if (found.identity.inode == 0) {  // It did not compile.
          continue;
        }
      }
      paths[file.package].push_back(std::move(made_.paths[i]));
    }
    return ParallelFor(transaction_.link.size(), [&](std::size_t i) {
      const PackageToLink& package = transaction_.link[i];
      InstalledMeta meta;
      meta.record = package.record;
      meta.paths = std::move(paths[i]);
      meta.requested_spec = package.requested_spec;
      meta.extracted_directory = package.contents.directory;
      meta.archive = package.archive;
      meta.method = plan_.methods[i];
      absl::StatusOr<std::string> known =
          ReadFile(package.contents.directory + "/info/repodata_record.json");
      if (absl::IsNotFound(known.status())) {
        known = std::string();
      }
      RETURN_IF_ERROR(known.status());
      return WriteMetaFile(i, CondaMetaName(package.record), CondaMetaText(meta, *known));
    });
  }

  absl::Status WriteMetaFile(std::size_t index, const std::string& name,
                             std::string_view text) const {
    const std::string path = environment_.prefix + "/conda-meta/" + name;
    const std::string staged = StagedName(index);
    const FileDescriptor file(
        openat(journal_->stage(), staged.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.ok()) {
      return absl::ErrnoToStatus(errno, path);
    }
    while (!text.empty()) {
      const ssize_t written = write(file.get(), text.data(), text.size());
      if (written < 0 && errno != EINTR) {
        return absl::ErrnoToStatus(errno, path);
      }
      text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    const int error = PlaceStaged(journal_->stage(), staged, environment_.meta, name);
    return error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, path);
  }

  absl::Status WriteHistory() const {
    HistoryEntry entry = transaction_.history;
    entry.unlinked = transaction_.unlink;
    entry.linked = Linked();
    std::string text;
    const std::vector<std::string>& moved = plan_.journal.moved_away;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (moved[i] == "conda-meta/history") {
        ASSIGN_OR_RETURN(text, ReadFileIn(journal_->trash(), std::to_string(i)));
      }
    }
    return WriteMetaFile(transaction_.link.size(), "history", text + HistoryText(entry));
  }

  const OpenEnvironment environment_;
  const Transaction& transaction_;
  const TransactionOptions& options_;
  ChangePlan plan_;
  std::unique_ptr<Journal> journal_;
  MadeFiles made_;
  TransactionReport report_;
};

}  // namespace

absl::StatusOr<TransactionReport> RunTransaction(const EnvironmentLock& lock,
                                                 const Transaction& transaction,
                                                 const TransactionOptions& options) {
  ASSIGN_OR_RETURN(ChangePlan plan, PlanChange(lock, transaction, options));
  return TransactionRunner(lock, transaction, options, std::move(plan)).Run();
}

}  // namespace satchel
