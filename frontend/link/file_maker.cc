#include "frontend/link/file_maker.h"

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
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/file_handle.h"
#include "frontend/link/open_beneath.h"
#include "frontend/link/parallel.h"
#include "frontend/link/prefix_replacement.h"
#include "frontend/link/relative_path.h"

namespace satchel {
namespace {

constexpr std::size_t kFilesAtOnce = 256;  // What a thread takes on before it looks up again.

absl::Status WriteNew(int directory, const std::string& name, std::string_view content,
                      mode_t mode) {
  const FileHandle file(
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
  explicit FileMaker(const FileMakerInput& input) : input_(input), layout_(*input.layout) {}

  absl::StatusOr<MadeFiles> Make() && {
    prefix_ = FileHandle(open(input_.prefix.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!prefix_.ok()) {
      return absl::ErrnoToStatus(errno, input_.prefix);
    }
    umask_ = umask(0);
    umask(umask_);
    RETURN_IF_ERROR(MakeDirectories());
    made_.paths.resize(layout_.files.size());
    GroupByDirectory();
    RETURN_IF_ERROR(
        ParallelFor(groups_.size(), [this](std::size_t i) { return MakeGroup(groups_[i]); }));
    made_.bytes_copied = bytes_copied_;
    return std::move(made_);
  }

 private:
  struct Group {
    std::size_t begin;  // In order_.
    std::size_t end;
  };

  absl::Status MakeDirectories() const {
    for (const std::string& directory : layout_.directories) {
      if (mkdirat(prefix_.get(), directory.c_str(), 0777) != 0 && errno != EEXIST) {
        return absl::ErrnoToStatus(errno, input_.prefix + "/" + directory);
      }
    }
    return absl::OkStatus();
  }

  std::string_view DirectoryAt(std::size_t position) const {
    return DirectoryOf(layout_.files[order_[position]].path);
  }

  // A directory is opened once, and two threads are seldom in the same one: they would wait for its
  // lock.
  void GroupByDirectory() {
    for (std::size_t i = 0; i < layout_.files.size(); ++i) {
      order_.push_back(i);
    }
    std::ranges::stable_sort(order_, {},
                             [this](std::size_t i) { return DirectoryOf(layout_.files[i].path); });
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (groups_.empty() || i - groups_.back().begin == kFilesAtOnce ||
          DirectoryAt(i) != DirectoryAt(groups_.back().begin)) {
        groups_.push_back({i, i});
      }
      groups_.back().end = i + 1;
    }
  }

  absl::Status MakeGroup(const Group& group) {
    if (input_.cancel != nullptr && input_.cancel->load()) {
      return absl::CancelledError("interrupted");
    }
    const std::string path(DirectoryAt(group.begin));
    FileHandle directory;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const std::size_t index = order_[i];
      const TargetFile& file = layout_.files[index];
      Describe(file, &made_.paths[index]);
      if (file.hidden || file.kind == TargetFile::Kind::kDirectory ||
          file.kind == TargetFile::Kind::kBytecode) {
        continue;
      }
      if (!directory.ok()) {
        directory = FileHandle(OpenBeneath(prefix_.get(), path));
      }
      if (!directory.ok()) {
        return absl::ErrnoToStatus(
            errno, absl::StrFormat("%s/%s%s", input_.prefix, path,
                                   errno == EXDEV ? " (leads out of the environment)" : ""));
      }
      if (const absl::Status made = MakeFile(file, directory.get(), &made_.paths[index]);
          !made.ok()) {
        return absl::Status(made.code(), absl::StrFormat("%s/%s: %s", input_.prefix, file.path,
                                                         ToStd(made.message())));
      }
    }
    Advance(group.end - group.begin);
    return absl::OkStatus();
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

  absl::Status MakeFile(const TargetFile& file, int directory, InstalledPath* path) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
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
    const LinkMethod method = source.no_link ? LinkMethod::kCopy : input_.methods[file.package];
    ASSIGN_OR_RETURN(const LinkMethod used,
                     LinkFile(full, directory, name, method, input_.allow_softlinks));
    bytes_copied_ += used == LinkMethod::kCopy ? source.size_bytes : 0;
    return absl::OkStatus();
  }

  absl::Status MakeReplaced(const PackagePath& source, const std::string& package, int directory,
                            const std::string& name, InstalledPath* path) {
    constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();
    const FileHandle from(open(package.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
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
  FileHandle prefix_;
  mode_t umask_ = 0;
  std::vector<std::size_t> order_;
  std::vector<Group> groups_;
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
