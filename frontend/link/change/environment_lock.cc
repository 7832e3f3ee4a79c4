#include "frontend/link/change/environment_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/link/paths/remove_tree.h"

namespace satchel {
namespace {

// Whether the descriptor is still what the path says: another process may have removed it while we
// waited for its lock.
bool IsStillThere(int fd, const std::string& path) {
  struct stat open_status = {};
  struct stat path_status = {};
  return fstat(fd, &open_status) == 0 && stat(path.c_str(), &path_status) == 0 &&
         open_status.st_ino == path_status.st_ino && open_status.st_dev == path_status.st_dev;
}

// Notes those that it makes.
absl::Status MakeDirectories(const std::string& path, std::vector<MadePath>* made) {
  if (mkdir(path.c_str(), 0777) == 0) {
    MadePath directory;
    directory.path = path;
    const absl::StatusOr<InodeIdentity> identity = IdentityOf(AT_FDCWD, path);
    if (!identity.ok()) {
      rmdir(path.c_str());
      return identity.status();
    }
    directory.identity = *identity;
    directory.identity.modified_ns = 0;  // Things will be put in.
    made->push_back(std::move(directory));
    return absl::OkStatus();
  }
  if (errno == EEXIST) {
    return absl::OkStatus();
  }
  const std::string parent(DirectoryOf(path));
  if (errno != ENOENT || parent.empty()) {
    return absl::ErrnoToStatus(errno, path);
  }
  RETURN_IF_ERROR(MakeDirectories(parent, made));
  return MakeDirectories(path, made);
}

bool IsRecord(const std::string& name) {
  return name.ends_with(".json");
}

}  // namespace

absl::Status LockDescriptor(int fd, bool exclusive, const std::string& path,
                            const LockWatch& watch) {
  bool told = false;
  while (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS) {
      return absl::OkStatus();  // A network filesystem without locks: no worse than conda.
    }
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
    if (watch.cancel != nullptr && watch.cancel->load()) {
      return absl::CancelledError("interrupted");
    }
    if (!told && watch.waiting) {
      watch.waiting(path);
    }
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return absl::OkStatus();
}

absl::StatusOr<EnvironmentLock> EnvironmentLock::Open(const std::string& prefix,
                                                      const LockWatch& watch) {
  const std::string meta = prefix + "/conda-meta";
  for (;;) {
    EnvironmentLock lock;
    lock.prefix_ = prefix;
    lock.root_ = FileDescriptor(open(prefix.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.root_.ok()) {
      lock.meta_ = FileDescriptor(
          openat(lock.root_.get(), "conda-meta", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    if (!lock.meta_.ok()) {
      const int error = errno;
      if (lock.root_.ok() && S_ISLNK(FindFile(lock.root_.get(), "conda-meta").mode)) {
        return absl::FailedPreconditionError(
            meta + " is a symbolic link; an environment must be a directory to be changed");
      }
      if (error == ENOENT || error == ENOTDIR) {
        return absl::NotFoundError(
            absl::StrFormat("prefix '%s': not a conda environment (it has no conda-meta)", prefix));
      }
      return absl::ErrnoToStatus(error, meta);
    }
    RETURN_IF_ERROR(LockDescriptor(lock.meta_.get(), /*exclusive=*/true, meta, watch));
    if (!IsStillThere(lock.meta_.get(), meta)) {
      continue;
    }
    ASSIGN_OR_RETURN(lock.recovered_, RecoverEnvironment(lock.open_environment()));
    return lock;
  }
}

absl::StatusOr<EnvironmentLock> EnvironmentLock::Create(const std::string& prefix,
                                                        const LockWatch& watch) {
  for (;;) {
    std::vector<MadePath> made;
    if (const absl::Status status = MakeDirectories(prefix + "/conda-meta", &made); !status.ok()) {
      RemoveAround(made);
      return status;
    }
    absl::StatusOr<EnvironmentLock> lock = Open(prefix, watch);
    if (lock.ok() && IsStillThere(lock->meta_.get(), prefix + "/conda-meta")) {
      lock->made_ = std::move(made);
      return lock;
    }
    // Undoing an interrupted creation removes its directories too.
    if (!lock.ok() && !absl::IsNotFound(lock.status())) {
      RemoveAround(made);
      return lock.status();
    }
  }
}

EnvironmentLock::~EnvironmentLock() {
  if (meta_.ok() && !made_.empty() && is_new()) {
    RemoveAround(made_);  // The empty ones.
  }
}

bool EnvironmentLock::is_new() const {
  const absl::StatusOr<std::vector<std::string>> names = NamesIn(meta_.get());
  return names.ok() && std::ranges::none_of(*names, [](const std::string& name) {
           return name == "history" || IsRecord(name);
         });
}

}  // namespace satchel
