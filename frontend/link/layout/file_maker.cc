#include "frontend/link/layout/file_maker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/layout/prefix_replacement.h"
#include "frontend/link/parallel.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

constexpr std::size_t kFilesAtOnce = 256;  // What a thread takes on before it looks up again.

absl::Status WriteNew(int directory, const std::string& name, std::string_view content,
                      mode_t mode) {
  const FileDescriptor file(
      openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.ok()) {
    return absl::ErrnoToStatus(errno, name);
  }
  while (!content.empty()) {
    const ssize_t written = write(file.get(), content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, name);
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  // Whatever the umask says: an executable file stays one.
  return fchmod(file.get(), mode) == 0 ? absl::OkStatus() : absl::ErrnoToStatus(errno, name);
}

class FileMaker final {
 public:
  explicit FileMaker(const FileMakerInput& input)
      : input_(input), layout_(*input.layout), journal_(*input.journal) {}

  absl::StatusOr<MadeFiles> Make() && {
    umask_ = umask(0);
    umask(umask_);
    made_.paths.resize(layout_.files.size());
    identities_.resize(layout_.files.size());
    GroupByDirectory();
    RETURN_IF_ERROR(StageDirectories());
    RETURN_IF_ERROR(ForEachGroup(&FileMaker::Stage));
    for (std::size_t i = 0; i < identities_.size(); ++i) {
      if (identities_[i].inode != 0) {
        journal_.NoteMade(input_.made_index[i], identities_[i]);
      }
    }
    RETURN_IF_ERROR(journal_.WriteNotes(/*sync=*/true));
    RETURN_IF_ERROR(PlaceDirectories());
    RETURN_IF_ERROR(ForEachGroup(&FileMaker::Place));
    made_.bytes_copied = bytes_copied_;
    return std::move(made_);
  }

 private:
  struct Group {
    std::size_t begin;  // In order_.
    std::size_t end;
  };

  static std::string StagedName(std::size_t index) { return absl::StrFormat("f%d", index); }

  absl::Status At(const std::string& path, const absl::Status& status) const {
    return absl::Status(status.code(),
                        absl::StrFormat("%s/%s: %s", input_.prefix, path, ToStd(status.message())));
  }
  absl::Status ErrorAt(const std::string& path, int error) const {
    return error == EEXIST ? absl::AlreadyExistsError(absl::StrFormat(
                                 "%s/%s: appeared during the change", input_.prefix, path))
                           : absl::ErrnoToStatus(error, input_.prefix + "/" + path);
  }

  // A directory that is new within one that is there is made with all that is new below it.
  absl::Status StageDirectories() {
    const std::vector<MadePath>& directories = journal_.plan().new_directories;
    for (std::size_t i = 0; i < directories.size(); ++i) {
      const std::string& path = directories[i].path;
      const bool is_below = !roots_.empty() && path.starts_with(directories[roots_.back()].path) &&
                            path[directories[roots_.back()].path.size()] == '/';
      if (!is_below) {
        roots_.push_back(i);
      }
      const std::string name = absl::StrFormat("d%d", roots_.back()) +
                               path.substr(directories[roots_.back()].path.size());
      if (mkdirat(journal_.stage(), name.c_str(), 0777) != 0) {
        return ErrorAt(path, errno);
      }
      ASSIGN_OR_RETURN(InodeIdentity identity, IdentityOf(journal_.stage(), name));
      identity.modified_ns = 0;  // Files will be put in.
      journal_.NoteDirectory(i, identity);
    }
    return absl::OkStatus();
  }

  absl::Status PlaceDirectories() {
    const std::vector<MadePath>& directories = journal_.plan().new_directories;
    ParentOpener parents(input_.root);
    for (const std::size_t i : roots_) {
      const std::string& path = directories[i].path;
      const int parent = parents.Open(path);
      if (parent < 0) {
        return ErrorAt(path, errno);
      }
      const int error =
          PlaceStaged(journal_.stage(), absl::StrFormat("d%d", i), parent, NameOf(path));
      if (error != 0) {
        return ErrorAt(path, error);
      }
    }
    return absl::OkStatus();
  }

  std::string_view DirectoryAt(std::size_t position) const {
    return DirectoryOf(layout_.files[order_[position]].place());
  }

  // A directory is opened once, and two threads are seldom in the same one: they would wait for its
  // lock.
  void GroupByDirectory() {
    for (std::size_t i = 0; i < layout_.files.size(); ++i) {
      order_.push_back(i);
    }
    std::ranges::stable_sort(
        order_, {}, [this](std::size_t i) { return DirectoryOf(layout_.files[i].place()); });
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (groups_.empty() || i - groups_.back().begin == kFilesAtOnce ||
          DirectoryAt(i) != DirectoryAt(groups_.back().begin)) {
        groups_.push_back({i, i});
      }
      groups_.back().end = i + 1;
    }
  }

  absl::Status ForEachGroup(absl::Status (FileMaker::*work)(const Group&)) {
    return ParallelFor(groups_.size(), [this, work](std::size_t i) -> absl::Status {
      if (input_.cancel != nullptr && input_.cancel->load()) {
        return absl::CancelledError("interrupted");
      }
      return (this->*work)(groups_[i]);
    });
  }

  static bool IsMade(const TargetFile& file) {
    return !file.hidden && file.kind != TargetFile::Kind::kDirectory &&
           file.kind != TargetFile::Kind::kBytecode;
  }

  // Whether the file needs no stage, as its identity is known: it is that of the package cache.
  bool IsHardLink(const TargetFile& file) const {
    if (file.kind != TargetFile::Kind::kFile ||
        input_.methods[file.package] != LinkMethod::kHardLink) {
      return false;
    }
    const PackagePath& path = (*input_.packages)[file.package].contents.paths[file.source];
    return path.placeholder.empty() && !path.no_link;
  }

  absl::Status Stage(const Group& group) {
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const std::size_t index = order_[i];
      const TargetFile& file = layout_.files[index];
      Describe(file, &made_.paths[index]);
      if (IsMade(file) && !IsHardLink(file)) {
        if (const absl::Status made = StageFile(index); !made.ok()) {
          return At(file.path, made);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status StageFile(std::size_t index) {
    const std::string name = StagedName(index);
    RETURN_IF_ERROR(MakeFile(layout_.files[index], journal_.stage(), name, &made_.paths[index]));
    ASSIGN_OR_RETURN(identities_[index], IdentityOf(journal_.stage(), name));
    return absl::OkStatus();
  }

  absl::Status Place(const Group& group) {
    const std::string path(DirectoryAt(group.begin));
    FileDescriptor directory;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const TargetFile& file = layout_.files[order_[i]];
      if (!IsMade(file)) {
        continue;
      }
      if (!directory.ok()) {
        directory = FileDescriptor(OpenPlace(input_.root, path));
      }
      if (!directory.ok()) {
        return ErrorAt(path, errno);
      }
      RETURN_IF_ERROR(PlaceFile(order_[i], directory.get()));
    }
    Advance(group.end - group.begin);
    return absl::OkStatus();
  }

  absl::Status PlaceFile(std::size_t index, int directory) {
    const TargetFile& file = layout_.files[index];
    const std::string name = NameOf(file.place());
    if (IsHardLink(file)) {
      const PackageContents& contents = (*input_.packages)[file.package].contents;
      const std::string source = contents.directory + "/" + contents.paths[file.source].path;
      if (linkat(AT_FDCWD, source.c_str(), directory, name.c_str(), 0) == 0) {
        return absl::OkStatus();
      }
      if (!MeansTryAnotherMethod(errno)) {
        return ErrorAt(file.path, errno);
      }
      if (const absl::Status made = StageFile(index); !made.ok()) {
        return At(file.path, made);
      }
      RETURN_IF_ERROR(journal_.WriteNote(input_.made_index[index], identities_[index]));
    }
    const int error = PlaceStaged(journal_.stage(), StagedName(index), directory, name);
    if (error != EXDEV) {
      return error == 0 ? absl::OkStatus() : ErrorAt(file.path, error);
    }
    // Another filesystem is mounted there: the file is noted when it is made.
    if (const absl::Status made = MakeFile(file, directory, name, &made_.paths[index]);
        !made.ok()) {
      if (!absl::IsAlreadyExists(made)) {
        unlinkat(directory, name.c_str(), 0);
      }
      return At(file.path, made);
    }
    ASSIGN_OR_RETURN(const InodeIdentity identity, IdentityOf(directory, name));
    return journal_.WriteNote(input_.made_index[index], identity);
  }

  void Advance(std::size_t files) {
    const std::lock_guard lock(mutex_);
    done_ += files;
    if (input_.progress) {
      input_.progress(done_, layout_.files.size());
    }
  }

  // What the record says of the file whatever becomes of it.
  void Describe(const TargetFile& file, InstalledPath* path) const {
    path->path = file.path;
    if (file.kind == TargetFile::Kind::kEntryPoint) {
      path->path_type = "unix_python_entry_point";
      return;
    }
    if (file.kind == TargetFile::Kind::kBytecode) {
      path->path_type = "pyc_file";
      return;
    }
    const PackagePath& source = (*input_.packages)[file.package].contents.paths[file.source];
    path->path_type = source.type == PackagePath::Type::kSoftLink    ? "softlink"
                      : source.type == PackagePath::Type::kDirectory ? "directory"
                                                                     : "hardlink";
    path->sha256 = source.sha256;
    path->sha256_in_prefix = source.sha256;
    path->size_bytes = source.size_bytes;
    path->size_known = source.size_known;
    path->placeholder = source.placeholder;
    path->mode = source.mode;
    path->no_link = source.no_link;
  }

  // Under that name in an open directory, where nothing has it.
  absl::Status MakeFile(const TargetFile& file, int directory, const std::string& name,
                        InstalledPath* path) {
    const PackageContents& contents = (*input_.packages)[file.package].contents;
    if (file.kind == TargetFile::Kind::kEntryPoint) {
      const std::string script =
          EntryPointScript(*layout_.python, input_.prefix, contents.entry_points[file.source]);
      path->sha256_in_prefix = Sha256Hex(script);
      return WriteNew(directory, name, script, 0777 & ~umask_);
    }
    const PackagePath& source = contents.paths[file.source];
    const std::string full = contents.directory + "/" + source.path;
    if (file.kind == TargetFile::Kind::kSymbolicLink) {
      std::array<char, PATH_MAX> target;
      const ssize_t size = readlink(full.c_str(), target.data(), target.size() - 1);
      if (size >= 0) {
        target[static_cast<std::size_t>(size)] = '\0';
        return symlinkat(target.data(), directory, name.c_str()) == 0
                   ? absl::OkStatus()
                   : absl::ErrnoToStatus(errno, name);
      }
      if (errno != EINVAL) {  // EINVAL: a file where a link was promised.
        return absl::ErrnoToStatus(errno, full);
      }
    }
    if (!source.placeholder.empty()) {
      return MakeReplaced(source, contents.directory, directory, name, path);
    }
    const LinkMethod method = source.no_link ? LinkMethod::kCopy : MethodAside(file.package);
    ASSIGN_OR_RETURN(const LinkMethod used,
                     LinkFile(full, directory, name, method, input_.allow_softlinks));
    bytes_copied_ += used == LinkMethod::kCopy ? source.size_bytes : 0;
    return absl::OkStatus();
  }

  // What comes after hard links, which are not made here.
  LinkMethod MethodAside(std::size_t package) const {
    const LinkMethod first = input_.methods[package];
    return first == LinkMethod::kHardLink ? LinkMethod::kReflink : first;
  }

  absl::Status MakeReplaced(const PackagePath& source, const std::string& package, int directory,
                            const std::string& name, InstalledPath* path) {
    constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();
    const FileDescriptor from(open(package.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status = {};
    if (!from.ok() || fstatat(from.get(), source.path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return absl::ErrnoToStatus(errno, package + "/" + source.path);
    }
    ASSIGN_OR_RETURN(const std::string content,
                     ReadFileBeneath(from.get(), source.path, package, kAnySize));
    ASSIGN_OR_RETURN(const std::string replaced,
                     ReplacePrefix(content, source.placeholder, input_.prefix, source.mode));
    path->sha256_in_prefix = Sha256Hex(replaced);
    bytes_copied_ += replaced.size();
    return WriteNew(directory, name, replaced, status.st_mode & 0777);
  }

  const FileMakerInput& input_;
  const Layout& layout_;
  Journal& journal_;
  mode_t umask_ = 0;
  std::vector<std::size_t> order_;
  std::vector<Group> groups_;
  std::vector<std::size_t> roots_;         // New directories within ones that are there.
  std::vector<InodeIdentity> identities_;  // Of the files that were staged.
  MadeFiles made_;
  std::atomic<std::uint64_t> bytes_copied_ = 0;
  std::mutex mutex_;  // For done_ and the calls of progress.
  std::size_t done_ = 0;
};

}  // namespace

absl::StatusOr<MadeFiles> MakeFiles(const FileMakerInput& input) {
  return FileMaker(input).Make();
}

}  // namespace satchel
