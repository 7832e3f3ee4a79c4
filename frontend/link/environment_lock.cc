#include "frontend/link/environment_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/link/relative_path.h"

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

absl::Status MakeDirectories(const std::string& path, std::string* topmost) {
  if (mkdir(path.c_str(), 0777) == 0) {
    if (topmost->empty()) {
      *topmost = path;
    }
    return absl::OkStatus();
  }
  if (errno == EEXIST) {
    return absl::OkStatus();
  }
  const std::string parent(DirectoryOf(path));
  if (errno != ENOENT || parent.empty()) {
    return absl::ErrnoToStatus(errno, path);
  }
  RETURN_IF_ERROR(MakeDirectories(parent, topmost));
  return MakeDirectories(path, topmost);
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
    lock.meta_ = FileHandle(open(meta.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock.meta_.ok()) {
      if (errno == ENOENT || errno == ENOTDIR) {
        return absl::NotFoundError(
            absl::StrFormat("prefix '%s': not a conda environment (it has no conda-meta)", prefix));
      }
      return absl::ErrnoToStatus(errno, meta);
    }
    RETURN_IF_ERROR(LockDescriptor(lock.meta_.get(), /*exclusive=*/true, meta, watch));
    if (!IsStillThere(lock.meta_.get(), meta)) {
      continue;
    }
    ASSIGN_OR_RETURN(lock.recovery_, RecoverEnvironment(prefix));
    return lock;
  }
}

absl::StatusOr<EnvironmentLock> EnvironmentLock::Create(const std::string& prefix,
                                                        const LockWatch& watch) {
  for (;;) {
    std::string topmost;
    RETURN_IF_ERROR(MakeDirectories(prefix + "/conda-meta", &topmost));
    absl::StatusOr<EnvironmentLock> lock = Open(prefix, watch);
    if (lock.ok() && IsStillThere(lock->meta_.get(), prefix + "/conda-meta")) {
      lock->made_ = topmost;
      return lock;
    }
    // Undoing an interrupted creation removes its directories too.
    if (!lock.ok() && !absl::IsNotFound(lock.status())) {
      return lock.status();
    }
  }
}

EnvironmentLock::~EnvironmentLock() {
  if (!meta_.ok() || made_.empty() || !is_new()) {
    return;
  }
  // Empty ones only, from the innermost on.
  for (std::string path = prefix_ + "/conda-meta"; rmdir(path.c_str()) == 0 && path != made_;) {
    path = std::string(DirectoryOf(path));
  }
}

bool EnvironmentLock::is_new() const {
  return access((prefix_ + "/conda-meta/history").c_str(), F_OK) != 0;
}

}  // namespace satchel
