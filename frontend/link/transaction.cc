#include "frontend/link/transaction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/bytecode.h"
#include "frontend/link/conda_meta.h"
#include "frontend/link/file_maker.h"
#include "frontend/link/journal.h"
#include "frontend/link/link_script.h"
#include "frontend/link/parallel.h"
#include "frontend/link/relative_path.h"

namespace satchel {
namespace {

bool IsThere(const std::string& path, struct stat* status) {
  return lstat(path.c_str(), status) == 0;
}

class TransactionRunner final {
 public:
  TransactionRunner(const EnvironmentLock& lock, const Transaction& transaction,
                    const TransactionOptions& options)
      : prefix_(lock.prefix()),
        is_new_(lock.is_new()),
        transaction_(transaction),
        options_(options) {}

  absl::StatusOr<TransactionReport> Run() && {
    RETURN_IF_ERROR(Plan());
    RETURN_IF_ERROR(CheckSpace());
    ASSIGN_OR_RETURN(const Journal journal, Journal::Begin(prefix_, plan_));
    absl::Status done = CarryOut(journal);
    if (done.ok()) {
      done = journal.Commit();
    }
    if (done.ok()) {
      return std::move(report_);
    }
    const absl::Status undone = journal.RollBack();
    return absl::Status(
        done.code(),
        undone.ok()
            ? absl::StrFormat("%s; the environment is as it was", ToStd(done.message()))
            : absl::StrFormat("%s; undoing it failed too (%s): the next change of %s tries again",
                              ToStd(done.message()), ToStd(undone.message()), prefix_));
  }

 private:
  // Everything that is going to happen, in plan_.
  absl::Status Plan() {
    struct stat status = {};
    LayoutOptions layout;
    layout.ignores_case = IsThere(prefix_ + "/CONDA-META", &status);
    layout.bytecode = options_.compile_bytecode;
    ASSIGN_OR_RETURN(layout_, LayOut(transaction_.link, Python(), layout));
    report_.warnings = layout_.warnings;
    plan_.new_environment = is_new_;
    RETURN_IF_ERROR(PlanRemovals());
    PlanFiles();
    PlanDirectories();
    for (const PackageToLink& package : transaction_.link) {
      PlanMetaFile("conda-meta/" + CondaMetaName(package.record));
    }
    PlanMetaFile("conda-meta/history");
    PlanMethods();
    return absl::OkStatus();
  }

  const PackagePath& PathOf(const TargetFile& file) const {
    return transaction_.link[file.package].contents.paths[file.source];
  }

  const PackageRecord* Python() const {
    for (const PackageToLink& package : transaction_.link) {
      if (package.record.name == "python") {
        return &package.record;
      }
    }
    const auto kept = std::ranges::find(transaction_.kept, "python", &PackageRecord::name);
    return kept == transaction_.kept.end() ? nullptr : &*kept;
  }

  absl::StatusOr<std::vector<std::string>> FilesOf(const PackageRecord& record) const {
    const std::string path = prefix_ + "/conda-meta/" + CondaMetaName(record);
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    return InstalledFiles(text, path);
  }

  // What belongs to a package that stays is left, and told.
  absl::Status PlanRemovals() {
    if (transaction_.unlink.empty()) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(ReadKeptFiles());
    for (const PackageRecord& record : transaction_.unlink) {
      ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOf(record));
      for (const std::string& file : files) {
        if (const auto owner = kept_files_.find(file); owner != kept_files_.end()) {
          report_.warnings.push_back(absl::StrFormat("'%s' of %s stays: it is in %s too", file,
                                                     record.name,
                                                     transaction_.kept[owner->second].name));
          continue;
        }
        PlanRemoval(file);
      }
      PlanRemoval("conda-meta/" + CondaMetaName(record));
    }
    return absl::OkStatus();
  }

  void PlanRemoval(const std::string& path) {
    struct stat status = {};
    if (IsThere(prefix_ + "/" + path, &status) && !S_ISDIR(status.st_mode) &&
        removed_.insert(path).second) {
      plan_.moved_away.push_back(path);
    }
  }

  absl::Status ReadKeptFiles() {
    if (std::exchange(kept_files_read_, true)) {
      return absl::OkStatus();
    }
    std::vector<std::vector<std::string>> lists(transaction_.kept.size());
    RETURN_IF_ERROR(ParallelFor(lists.size(), [&](std::size_t i) -> absl::Status {
      ASSIGN_OR_RETURN(lists[i], FilesOf(transaction_.kept[i]));
      return absl::OkStatus();
    }));
    for (std::size_t i = 0; i < lists.size(); ++i) {
      for (std::string& file : lists[i]) {
        kept_files_.emplace(std::move(file), i);
      }
    }
    return absl::OkStatus();
  }

  // What is in the way is moved away, and told if it is not simply old bytecode.
  void PlanFiles() {
    for (const TargetFile& file : layout_.files) {
      if (file.hidden || file.kind == TargetFile::Kind::kDirectory) {
        continue;
      }
      plan_.made.push_back(file.path);
      struct stat status = {};
      if (is_new_ || removed_.contains(file.path) || !IsThere(prefix_ + "/" + file.path, &status) ||
          S_ISDIR(status.st_mode)) {
        continue;
      }
      if (file.kind != TargetFile::Kind::kBytecode) {
        WarnOfExisting(file);
      }
      PlanRemoval(file.path);
    }
  }

  void WarnOfExisting(const TargetFile& file) {
    const std::string& name = transaction_.link[file.package].record.name;
    std::string owner = "no package";
    if (ReadKeptFiles().ok()) {
      if (const auto found = kept_files_.find(file.path); found != kept_files_.end()) {
        owner = transaction_.kept[found->second].name;
      }
    }
    report_.warnings.push_back(absl::StrFormat(
        "'%s' is there already, of %s; that of %s replaces it", file.path, owner, name));
  }

  void PlanDirectories() {
    std::string_view new_parent;
    for (const std::string& directory : layout_.directories) {  // Parents first.
      if (!new_parent.empty() && directory.size() > new_parent.size() &&
          directory.starts_with(new_parent) && directory[new_parent.size()] == '/') {
        continue;
      }
      struct stat status = {};
      if (stat((prefix_ + "/" + directory).c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        plan_.new_directories.push_back(directory);
        new_parent = directory;
      }
    }
  }

  void PlanMetaFile(const std::string& path) {
    plan_.made.push_back(path);
    PlanRemoval(path);
  }

  // Between two filesystems there are no hard links; within one, a trial says whether there are.
  void PlanMethods() {
    const LinkMethod first = FirstMethod(options_.preference);
    methods_.assign(transaction_.link.size(), first);
    struct stat prefix_status = {};
    if (first != LinkMethod::kHardLink || stat(prefix_.c_str(), &prefix_status) != 0) {
      return;
    }
    // A trial that is killed must leave nothing: what is in the journal's directory goes.
    const std::string trial = JournalHome(prefix_);
    mkdir(trial.c_str(), 0777);
    std::map<dev_t, bool> can_link;
    for (std::size_t i = 0; i < methods_.size(); ++i) {
      const std::string& directory = transaction_.link[i].contents.directory;
      struct stat status = {};
      if (stat(directory.c_str(), &status) != 0) {
        continue;
      }
      const auto [known, is_new] = can_link.try_emplace(status.st_dev, false);
      if (is_new && status.st_dev == prefix_status.st_dev) {
        known->second = CanHardLink(directory + "/info/index.json", trial);
      }
      if (!known->second) {
        methods_[i] =
            options_.preference.allow_softlinks ? LinkMethod::kSoftLink : LinkMethod::kCopy;
      }
    }
    rmdir(trial.c_str());
  }

  absl::Status CheckSpace() const {
    std::uint64_t bytes = 1 << 20;  // For directories and the like.
    std::uint64_t new_files = layout_.directories.size() + transaction_.link.size();
    for (const TargetFile& file : layout_.files) {
      constexpr std::uint64_t kTextOfRecord = 600;
      bytes += kTextOfRecord;
      if (file.kind != TargetFile::Kind::kFile || file.hidden) {
        continue;
      }
      const PackagePath& path = PathOf(file);
      if (!path.placeholder.empty() || path.no_link ||
          methods_[file.package] == LinkMethod::kCopy) {
        bytes += path.size_bytes + 4096;
        ++new_files;
      }
    }
    struct statvfs space = {};
    if (statvfs(prefix_.c_str(), &space) != 0) {
      return absl::OkStatus();
    }
    const std::uint64_t available = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (bytes > available) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: not enough space: %d MB are needed, %d MB are free", prefix_,
                          bytes / 1'000'000 + 1, available / 1'000'000));
    }
    if (space.f_files > 0 && new_files > space.f_favail) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: the filesystem has room for %d more files, %d are needed", prefix_,
                          space.f_favail, new_files));
    }
    return absl::OkStatus();
  }

  absl::Status CarryOut(const Journal& journal) {
    RETURN_IF_ERROR(RunScripts("pre-unlink", transaction_.unlink));
    Report("Unlinking", 0, plan_.moved_away.size());
    RETURN_IF_ERROR(journal.MoveAway());
    RemoveEmptyDirectoriesInTheWay();
    RETURN_IF_ERROR(RunScripts("pre-link", Linked()));
    RETURN_IF_ERROR(Link());
    RETURN_IF_ERROR(Compile());
    RETURN_IF_ERROR(RunScripts("post-link", Linked()));
    report_.messages = TakeMessages(prefix_);
    RETURN_IF_ERROR(WriteRecords());
    return WriteHistory();
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

  absl::Status RunScripts(const char* action, const std::vector<PackageRecord>& packages) {
    if (!options_.run_scripts) {
      return absl::OkStatus();
    }
    for (std::size_t i = 0; i < packages.size(); ++i) {
      LinkScript script;
      script.prefix = prefix_;
      script.root_prefix = options_.root_prefix;
      script.package = &packages[i];
      script.action = action;
      script.source_directory =
          std::string_view(action) == "pre-unlink" ? "" : transaction_.link[i].contents.directory;
      const absl::Status ran = RunLinkScript(script, options_.cancel);
      if (absl::IsAborted(ran) && std::string_view(action) == "pre-unlink") {
        report_.warnings.emplace_back(ToStd(ran.message()));  // No reason to keep the package.
      } else {
        RETURN_IF_ERROR(ran);
      }
    }
    return absl::OkStatus();
  }

  // Where a package had a directory and the next one has a file.
  void RemoveEmptyDirectoriesInTheWay() const {
    if (is_new_) {
      return;
    }
    for (const TargetFile& file : layout_.files) {
      struct stat status = {};
      const std::string path = prefix_ + "/" + file.path;
      if (file.kind != TargetFile::Kind::kDirectory && !file.hidden && IsThere(path, &status) &&
          S_ISDIR(status.st_mode)) {
        rmdir(path.c_str());
      }
    }
  }

  absl::Status Link() {
    FileMakerInput input;
    input.prefix = prefix_;
    input.packages = &transaction_.link;
    input.layout = &layout_;
    input.methods = methods_;
    input.allow_softlinks = options_.preference.allow_softlinks;
    input.progress = [this](std::size_t done, std::size_t total) {
      Report("Linking", done, total);
    };
    input.cancel = options_.cancel;
    ASSIGN_OR_RETURN(made_, MakeFiles(input));
    report_.files_made = plan_.made.size();
    report_.bytes_copied = made_.bytes_copied;
    return absl::OkStatus();
  }

  absl::Status Compile() {
    if (!options_.compile_bytecode || !layout_.python.has_value()) {
      return absl::OkStatus();
    }
    std::vector<std::string> sources;
    for (const TargetFile& file : layout_.files) {
      if (file.kind == TargetFile::Kind::kBytecode && !file.hidden) {
        const PackagePath& path = PathOf(file);
        sources.push_back(NoarchPythonTarget(*layout_.python, path.path));
      }
    }
    Report("Compiling", 0, sources.size());
    const absl::Status compiled =
        CompileBytecode(prefix_, *layout_.python, sources, options_.cancel);
    if (absl::IsUnavailable(compiled)) {  // Python will compile when it first needs to.
      report_.warnings.push_back(
          absl::StrFormat("no bytecode was compiled: %s", ToStd(compiled.message())));
      return absl::OkStatus();
    }
    return compiled;
  }

  absl::Status WriteRecords() {
    std::vector<std::vector<InstalledPath>> paths(transaction_.link.size());
    for (std::size_t i = 0; i < layout_.files.size(); ++i) {
      const TargetFile& file = layout_.files[i];
      struct stat status = {};
      // What did not compile is not there.
      if (file.kind != TargetFile::Kind::kBytecode || IsThere(prefix_ + "/" + file.path, &status)) {
        paths[file.package].push_back(std::move(made_.paths[i]));
      }
    }
    return ParallelFor(transaction_.link.size(), [&](std::size_t i) {
      const PackageToLink& package = transaction_.link[i];
      InstalledMeta meta;
      meta.record = package.record;
      meta.paths = std::move(paths[i]);
      meta.requested_spec = package.requested_spec;
      meta.extracted_directory = package.contents.directory;
      meta.archive = package.archive;
      meta.method = methods_[i];
      const auto known = ReadFile(package.contents.directory + "/info/repodata_record.json");
      return WriteMetaFile(CondaMetaName(package.record),
                           CondaMetaText(meta, known.ok() ? *known : ""));
    });
  }

  // Not through WriteFile(): the journal knows of this name only, not of temporary ones.
  absl::Status WriteMetaFile(const std::string& name, std::string_view text) const {
    const std::string path = prefix_ + "/conda-meta/" + name;
    const FileHandle file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
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
    return absl::OkStatus();
  }

  absl::Status WriteHistory() const {
    HistoryEntry entry = transaction_.history;
    entry.unlinked = transaction_.unlink;
    entry.linked = Linked();
    std::string text;
    for (std::size_t i = 0; i < plan_.moved_away.size(); ++i) {
      if (plan_.moved_away[i] == "conda-meta/history") {
        ASSIGN_OR_RETURN(text, ReadFile(Journal::TrashedPath(prefix_, i)));
      }
    }
    return WriteMetaFile("history", text + HistoryText(entry));
  }

  const std::string prefix_;
  const bool is_new_;
  const Transaction& transaction_;
  const TransactionOptions& options_;
  Layout layout_;
  JournalPlan plan_;
  absl::flat_hash_set<std::string> removed_;                  // Those of plan_.moved_away.
  absl::flat_hash_map<std::string, std::size_t> kept_files_;  // To the index of the package.
  bool kept_files_read_ = false;
  std::vector<LinkMethod> methods_;
  MadeFiles made_;
  TransactionReport report_;
};

}  // namespace

absl::StatusOr<TransactionReport> RunTransaction(const EnvironmentLock& lock,
                                                 const Transaction& transaction,
                                                 const TransactionOptions& options) {
  return TransactionRunner(lock, transaction, options).Run();
}

}  // namespace satchel
