#include "frontend/link/change/change_plan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/parallel.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/link/script/link_script.h"

namespace satchel {
namespace {

constexpr char kNoPackage[] = "no package";

class ChangePlanner final {
 public:
  ChangePlanner(const EnvironmentLock& lock, const Transaction& transaction,
                const TransactionOptions& options)
      : lock_(lock),
        environment_(lock.open_environment()),
        transaction_(transaction),
        options_(options),
        nothing_is_there_(lock.made().size() > 1),
        before_(LinksOnDisk(environment_.root)),
        parents_(environment_.root) {}

  absl::StatusOr<ChangePlan> Plan() && {
    const absl::Status planned = PlanAll();
    RETURN_IF_ERROR(cannot_look_);  // Whatever was made of it.
    RETURN_IF_ERROR(planned);
    RETURN_IF_ERROR(CheckSpace());
    return std::move(plan_);
  }

 private:
  absl::Status PlanAll() {
    plan_.journal.around = lock_.made();
    RETURN_IF_ERROR(PlanRemovals());
    RETURN_IF_ERROR(PlanLayout());
    PlanMethods();
    RETURN_IF_ERROR(PlanFiles());
    RETURN_IF_ERROR(PlanDirectories());
    PlanMessages();
    plan_.first_record = plan_.journal.made.size();
    for (const PackageToLink& package : transaction_.link) {
      PlanMetaFile("conda-meta/" + CondaMetaName(package.record));
    }
    PlanMetaFile("conda-meta/history");
    plan_.first_directory = plan_.journal.moved_away.size();
    for (std::string& directory : directories_in_the_way_) {
      plan_.journal.moved_away.push_back(std::move(directory));
    }
    PlanEmptied();
    return absl::OkStatus();
  }

  FoundFile Find(const std::string& place) {
    const int parent = parents_.Open(place);
    FoundFile found = parent < 0 ? FoundFile() : FindFile(parent, NameOf(place));
    if (parent < 0 && !MeansNothingThere(errno)) {
      found.error = errno;
    }
    if (found.error != 0) {
      cannot_look_.Update(absl::ErrnoToStatus(found.error, environment_.prefix + "/" + place));
    }
    return found;
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
    const std::string path = environment_.prefix + "/conda-meta/" + CondaMetaName(record);
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    return InstalledFiles(text, path);
  }

  // What belongs to a package that stays is left, and told. So is what a link leads out to.
  absl::Status PlanRemovals() {
    if (transaction_.unlink.empty()) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(ReadKeptFiles());
    for (const PackageRecord& record : transaction_.unlink) {
      ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOf(record));
      for (const std::string& file : files) {
        NoteScript(record, file);
        PlanRemovalOf(record, file);
      }
      PlanRemoval("conda-meta/" + CondaMetaName(record));
    }
    return absl::OkStatus();
  }

  void PlanRemovalOf(const PackageRecord& record, const std::string& file) {
    const absl::StatusOr<std::string> place = before_.OfFile(file);
    if (!place.ok() && !absl::IsFailedPrecondition(place.status())) {
      cannot_look_.Update(place.status());
      return;
    }
    if (!place.ok()) {
      plan_.warnings.push_back(
          absl::StrFormat("%s: %s: left there", record.name, ToStd(place.status().message())));
      return;
    }
    if (place->starts_with("conda-meta/")) {
      return;  // The environment's own, whatever the record says.
    }
    if (const auto owner = kept_files_.find(*place); owner != kept_files_.end()) {
      if (!S_ISDIR(Find(*place).mode)) {
        plan_.warnings.push_back(absl::StrFormat("'%s' of %s stays: it is in %s too", file,
                                                 record.name,
                                                 transaction_.kept[owner->second].name));
      }
      return;
    }
    PlanRemoval(*place);
  }

  void PlanRemoval(const std::string& place) {
    const FoundFile found = Find(place);
    if (found.identity.inode == 0) {
      return;
    }
    if (S_ISDIR(found.mode)) {
      emptied_.insert(place);
    } else if (removed_.insert(place).second) {
      plan_.journal.moved_away.push_back(place);
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
      for (const std::string& file : lists[i]) {
        absl::StatusOr<std::string> place = before_.OfFile(file);
        if (place.ok()) {
          kept_files_.emplace(*std::move(place), i);
        } else if (!absl::IsFailedPrecondition(place.status())) {
          return place.status();
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status PlanLayout() {
    LayoutOptions options;
    options.ignores_case = FindFile(environment_.root, "CONDA-META").identity.inode != 0;
    options.bytecode = options_.compile_bytecode;
    if (!nothing_is_there_) {
      options.links = [this, on_disk = LinksOnDisk(environment_.root)](const std::string& place) {
        return removed_.contains(place) ? PlaceFinder::Link(std::nullopt) : on_disk(place);
      };
    }
    ASSIGN_OR_RETURN(plan_.layout, LayOut(transaction_.link, Python(), options));
    plan_.warnings.insert(plan_.warnings.end(), plan_.layout.warnings.begin(),
                          plan_.layout.warnings.end());
    return absl::OkStatus();
  }

  // What is in the way is moved away, and told if it is not simply old bytecode.
  absl::Status PlanFiles() {
    plan_.made_files.assign(plan_.layout.files.size(), 0);
    for (std::size_t i = 0; i < plan_.layout.files.size(); ++i) {
      const TargetFile& file = plan_.layout.files[i];
      if (file.hidden || file.kind == TargetFile::Kind::kDirectory) {
        continue;
      }
      NoteScript(transaction_.link[file.package].record, file.path);
      plan_.made_files[i] = plan_.journal.made.size();
      MadePath made;
      made.path = file.place();
      made.by_name = file.kind == TargetFile::Kind::kBytecode;
      plan_.journal.made.push_back(std::move(made));
      if (!nothing_is_there_) {
        RETURN_IF_ERROR(PlanWay(file));
      }
    }
    return ParallelFor(plan_.layout.files.size(),
                       [this](std::size_t i) { return NoteHardLink(i); });
  }

  absl::Status PlanWay(const TargetFile& file) {
    const std::string& place = file.place();
    const FoundFile found = Find(place);
    if (found.identity.inode == 0 || removed_.contains(place)) {
      return absl::OkStatus();
    }
    if (S_ISDIR(found.mode)) {
      directories_in_the_way_.push_back(place);
      return absl::OkStatus();
    }
    if (file.kind != TargetFile::Kind::kBytecode) {
      ASSIGN_OR_RETURN(const std::string owner, OwnerOf(place));
      plan_.warnings.push_back(
          absl::StrFormat("'%s' exists already and belongs to %s; that of %s replaces it", place,
                          owner, transaction_.link[file.package].record.name));
    }
    PlanRemoval(place);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> OwnerOf(const std::string& place) {
    RETURN_IF_ERROR(ReadKeptFiles());
    const auto found = kept_files_.find(place);
    return found == kept_files_.end() ? kNoPackage : transaction_.kept[found->second].name;
  }

  // A hard link is known beforehand: it is the file of the package cache.
  absl::Status NoteHardLink(std::size_t i) {
    const TargetFile& file = plan_.layout.files[i];
    if (file.hidden || file.kind != TargetFile::Kind::kFile ||
        plan_.methods[file.package] != LinkMethod::kHardLink) {
      return absl::OkStatus();
    }
    const PackagePath& path = PathOf(file);
    if (path.placeholder.empty() && !path.no_link) {
      const std::string& directory = transaction_.link[file.package].contents.directory;
      InodeIdentity& identity = plan_.journal.made[plan_.made_files[i]].identity;
      const FoundFile found = FindFile(AT_FDCWD, directory + "/" + path.path);
      if (found.error != 0) {
        return absl::ErrnoToStatus(found.error, directory + "/" + path.path);
      }
      identity = found.identity;
      identity.modified_ns = 0;
    }
    return absl::OkStatus();
  }

  absl::Status PlanDirectories() {
    std::string_view new_parent;
    for (const std::string& directory : plan_.layout.directories) {  // Parents first.
      const bool is_below = !new_parent.empty() && directory.size() > new_parent.size() &&
                            directory.starts_with(new_parent) &&
                            directory[new_parent.size()] == '/';
      if (!is_below && !nothing_is_there_) {
        const FoundFile found = Find(directory);
        if (S_ISDIR(found.mode)) {
          continue;
        }
        if (found.identity.inode != 0 && !removed_.contains(directory)) {
          return FileInTheWay(directory);
        }
      }
      MadePath made;
      made.path = directory;
      plan_.journal.new_directories.push_back(std::move(made));
      if (!is_below) {
        new_parent = directory;
      }
    }
    return absl::OkStatus();
  }

  absl::Status FileInTheWay(const std::string& directory) {
    ASSIGN_OR_RETURN(const std::string owner, OwnerOf(directory));
    const auto below = std::ranges::find_if(plan_.layout.files, [&](const TargetFile& file) {
      return file.place() == directory || file.place().starts_with(directory + "/");
    });
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s/%s: a file of %s is in the way of a directory of %s; move it away first",
        environment_.prefix, directory, owner, transaction_.link[below->package].record.name));
  }

  void PlanMetaFile(const std::string& path) {
    MadePath made;
    made.path = path;
    plan_.journal.made.push_back(std::move(made));
    PlanRemoval(path);
  }

  void NoteScript(const PackageRecord& record, const std::string& path) {
    plan_.has_scripts = plan_.has_scripts || (options_.run_scripts && path.ends_with("link.sh") &&
                                              path.starts_with("bin/." + record.name + "-"));
  }

  void PlanMessages() {
    if (plan_.has_scripts) {
      MadePath messages;
      messages.path = kMessagesFile;
      messages.by_name = true;
      plan_.journal.made.push_back(std::move(messages));
      PlanRemoval(kMessagesFile);
    }
  }

  // Directories that packages leave behind, but for those that are another one's or needed again.
  void PlanEmptied() {
    for (const std::string& place : plan_.journal.moved_away) {
      for (std::string_view directory = DirectoryOf(place);
           !directory.empty() && emptied_.emplace(directory).second;) {
        directory = DirectoryOf(directory);
      }
    }
    for (const std::string& directory : plan_.layout.directories) {
      emptied_.erase(directory);
    }
    for (const std::string& directory : emptied_) {
      if (directory != "conda-meta" && !kept_files_.contains(directory)) {
        plan_.journal.emptied.push_back(directory);
      }
    }
  }

  // Between two filesystems there are no hard links; within one, a trial says whether there are.
  void PlanMethods() {
    const LinkMethod first = FirstMethod(options_.preference);
    plan_.methods.assign(transaction_.link.size(), first);
    struct stat root = {};
    if (first != LinkMethod::kHardLink || fstat(environment_.root, &root) != 0) {
      return;
    }
    // A trial that is killed must leave nothing: what is in the journal's directory goes.
    mkdirat(environment_.meta, ".satchel", 0777);
    const std::string trial = environment_.prefix + "/conda-meta/.satchel";
    std::map<dev_t, bool> can_link;
    for (std::size_t i = 0; i < plan_.methods.size(); ++i) {
      const std::string& directory = transaction_.link[i].contents.directory;
      struct stat status = {};
      if (stat(directory.c_str(), &status) != 0) {
        continue;
      }
      const auto [known, is_new] = can_link.try_emplace(status.st_dev, false);
      if (is_new && status.st_dev == root.st_dev) {
        known->second = CanHardLink(directory + "/info/index.json", trial);
      }
      if (!known->second) {
        plan_.methods[i] =
            options_.preference.allow_softlinks ? LinkMethod::kSoftLink : LinkMethod::kCopy;
      }
    }
    unlinkat(environment_.meta, ".satchel", AT_REMOVEDIR);
  }

  absl::Status CheckSpace() const {
    std::uint64_t bytes = 1 << 20;  // For directories and the like.
    std::uint64_t new_files = plan_.layout.directories.size() + transaction_.link.size();
    for (const TargetFile& file : plan_.layout.files) {
      constexpr std::uint64_t kTextOfRecord = 600;
      bytes += kTextOfRecord;
      if (file.kind != TargetFile::Kind::kFile || file.hidden) {
        continue;
      }
      const PackagePath& path = PathOf(file);
      if (!path.placeholder.empty() || path.no_link ||
          plan_.methods[file.package] == LinkMethod::kCopy) {
        bytes += path.size_bytes + 4096;
        ++new_files;
      }
    }
    struct statvfs space = {};
    if (fstatvfs(environment_.root, &space) != 0) {
      return absl::OkStatus();
    }
    const std::uint64_t available = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (bytes > available) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: not enough space: %d MB are needed, %d MB are free",
                          environment_.prefix, bytes / 1'000'000 + 1, available / 1'000'000));
    }
    if (space.f_files > 0 && new_files > space.f_favail) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: the filesystem has room for %d more files, %d are needed",
                          environment_.prefix, space.f_favail, new_files));
    }
    return absl::OkStatus();
  }

  const EnvironmentLock& lock_;
  const OpenEnvironment environment_;
  const Transaction& transaction_;
  const TransactionOptions& options_;
  // The directory was made for this change. Whatever comes into it meanwhile is found where it is
  // in the way of something.
  const bool nothing_is_there_;
  PlaceFinder before_;  // As the environment is now.
  ParentOpener parents_;
  ChangePlan plan_;
  absl::flat_hash_set<std::string> removed_;                  // Those of moved_away.
  absl::flat_hash_map<std::string, std::size_t> kept_files_;  // By place, to the package.
  bool kept_files_read_ = false;
  absl::Status cannot_look_;  // The first place of which cannot be told what is there.
  std::vector<std::string> directories_in_the_way_;
  std::set<std::string, std::greater<>> emptied_;  // The deepest first.
};

}  // namespace

absl::StatusOr<ChangePlan> PlanChange(const EnvironmentLock& lock, const Transaction& transaction,
                                      const TransactionOptions& options) {
  return ChangePlanner(lock, transaction, options).Plan();
}

}  // namespace satchel
