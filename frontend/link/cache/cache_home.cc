#include "frontend/link/cache/cache_home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/link/paths/remove_tree.h"

namespace satchel {
namespace {

constexpr char kCacheHome[] = ".satchel";

absl::Status InTheWay(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s: a symbolic link, or something else that does not belong in a package cache; remove it",
      path));
}

// Opens a file of ours for writing, making it if it is not there.
absl::StatusOr<FileDescriptor> OpenOwn(int directory, const std::string& name, int flags,
                                       const std::string& label) {
  FileDescriptor file(openat(directory, name.c_str(),
                             flags | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                             0666));
  if (!file.ok()) {
    return errno == ELOOP || errno == EISDIR || errno == ENXIO ? InTheWay(label)
                                                               : absl::ErrnoToStatus(errno, label);
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, label);
  }
  const bool is_ordinary = S_ISREG(status.st_mode) && status.st_nlink <= 1;
  return is_ordinary ? absl::StatusOr<FileDescriptor>(std::move(file)) : InTheWay(label);
}

std::string RandomName() {
  std::random_device dice;
  return absl::StrFormat("new-%08x%08x", dice(), dice());
}

}  // namespace

CacheTemporary::~CacheTemporary() {
  if (directory_.ok()) {
    RemoveTree(home_, name_).IgnoreError();  // Whoever comes next tries again.
  }
}

absl::StatusOr<CacheHome> CacheHome::Enter(const std::string& cache, const LockWatch& watch) {
  CacheHome entered;
  entered.path_ = cache;
  entered.cache_ = FileDescriptor(open(cache.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!entered.cache_.ok()) {
    return absl::ErrnoToStatus(errno, cache);
  }
  const std::string home = cache + "/" + kCacheHome;
  entered.home_ = FileDescriptor(
      openat(entered.cache_.get(), kCacheHome, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!entered.home_.ok()) {
    return errno == ELOOP || errno == ENOTDIR ? InTheWay(home) : absl::ErrnoToStatus(errno, home);
  }
  if (flock(entered.home_.get(), LOCK_EX | LOCK_NB) == 0) {
    entered.Sweep();
  }
  RETURN_IF_ERROR(LockDescriptor(entered.home_.get(), /*exclusive=*/false, home, watch));
  return entered;
}

void CacheHome::Tidy(const std::string& cache) {
  CacheHome home;
  home.home_ = FileDescriptor(
      open((cache + "/" + kCacheHome).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (home.home_.ok() && flock(home.home_.get(), LOCK_EX | LOCK_NB) == 0) {
    home.Sweep();
  }
}

void CacheHome::Sweep() const {
  const absl::StatusOr<std::vector<std::string>> names = NamesIn(home_.get());
  for (const std::string& name : names.ok() ? *names : std::vector<std::string>()) {
    RemoveTree(home_.get(), name).IgnoreError();
  }
}

absl::StatusOr<FileDescriptor> CacheHome::LockPackage(const std::string& name,
                                                      const LockWatch& watch) const {
  const std::string path = absl::StrFormat("%s/%s/%s.lock", path_, kCacheHome, name);
  ASSIGN_OR_RETURN(FileDescriptor file, OpenOwn(home_.get(), name + ".lock", O_RDWR, path));
  RETURN_IF_ERROR(LockDescriptor(file.get(), /*exclusive=*/true, path, watch));
  return file;
}

absl::StatusOr<CacheTemporary> CacheHome::MakeTemporary() const {
  CacheTemporary temporary;
  temporary.home_ = home_.get();
  temporary.name_ = RandomName();
  temporary.path_ = absl::StrFormat("%s/%s/%s", path_, kCacheHome, temporary.name_);
  if (mkdirat(home_.get(), temporary.name_.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, temporary.path_);
  }
  temporary.directory_ = FileDescriptor(openat(home_.get(), temporary.name_.c_str(),
                                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!temporary.directory_.ok() || fstat(temporary.fd(), &status) != 0) {
    const int error = errno;
    unlinkat(home_.get(), temporary.name_.c_str(), AT_REMOVEDIR);
    return absl::ErrnoToStatus(error, temporary.path_);
  }
  if (status.st_uid != geteuid()) {  // Somebody has put another one there meanwhile.
    return InTheWay(temporary.path_);
  }
  return temporary;
}

absl::Status CacheHome::NoteUrls(std::string_view lines) const {
  const std::string path = path_ + "/urls.txt";
  ASSIGN_OR_RETURN(const FileDescriptor file,
                   OpenOwn(cache_.get(), "urls.txt", O_WRONLY | O_APPEND, path));
  // One write: those of two processes do not mix.
  return write(file.get(), lines.data(), lines.size()) < 0 ? absl::ErrnoToStatus(errno, path)
                                                           : absl::OkStatus();
}

}  // namespace satchel
