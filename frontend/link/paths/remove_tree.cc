// The tree is made flat: what is two levels deep is removed or, if it is a directory that is not
// empty, moved up one level. So neither the depth nor the length of paths is of any matter.

#include "frontend/link/paths/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"

namespace satchel {
namespace {

int OpenDirectory(int parent, const std::string& name) {
  return openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

absl::Status CheckSameDevice(int top, int directory, const std::string& name) {
  struct stat outer = {};
  struct stat inner = {};
  if (fstat(top, &outer) != 0 || fstat(directory, &inner) != 0) {
    return absl::ErrnoToStatus(errno, name);
  }
  return outer.st_dev == inner.st_dev
             ? absl::OkStatus()
             : absl::FailedPreconditionError(
                   name + ": another filesystem is mounted there; unmount it first");
}

// Removes what is no directory, or an empty one. Returns 0, or the system's error; `is_directory`
// says whether it is worth while to look into it.
struct Removal {
  int error = 0;
  bool is_directory = false;
};
Removal RemoveSimply(int directory, const std::string& name) {
  if (unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) {
    return {};
  }
  const int error = errno;
  if (error != EISDIR && error != EPERM) {  // POSIX's word for a directory, among other things.
    return {error};
  }
  if (unlinkat(directory, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) {
    return {};
  }
  return errno == ENOTDIR ? Removal{error} : Removal{errno, true};
}

class TreeRemover final {
 public:
  explicit TreeRemover(int top) : top_(top) {}

  // All that is below the top.
  absl::Status Empty() {
    for (;;) {
      ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(top_));
      if (names.empty()) {
        return absl::OkStatus();
      }
      for (const std::string& name : names) {
        const Removal removal = RemoveSimply(top_, name);
        if (removal.error != 0 && !removal.is_directory) {
          return absl::ErrnoToStatus(removal.error, name);
        }
        if (removal.error != 0) {
          RETURN_IF_ERROR(EmptyByMoving(name));
        }
      }
    }
  }

 private:
  absl::Status EmptyByMoving(const std::string& name) {
    const FileDescriptor directory(OpenDirectory(top_, name));
    if (!directory.ok()) {
      return absl::ErrnoToStatus(errno, name);
    }
    RETURN_IF_ERROR(CheckSameDevice(top_, directory.get(), name));
    // Its maker may have made it one that cannot be changed.
    fchmod(directory.get(), 0700);
    ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(directory.get()));
    for (const std::string& child : names) {
      const Removal removal = RemoveSimply(directory.get(), child);
      if (removal.error == 0) {
        continue;
      }
      if (!removal.is_directory) {
        return absl::ErrnoToStatus(removal.error, name + "/" + child);
      }
      const std::string moved = absl::StrFormat(".removed-%d-%d", getpid(), num_moved_++);
      if (renameat(directory.get(), child.c_str(), top_, moved.c_str()) != 0) {
        return absl::ErrnoToStatus(errno, name + "/" + child);
      }
    }
    const Removal removal = RemoveSimply(top_, name);
    return removal.error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(removal.error, name);
  }

  int top_;
  int num_moved_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> NamesIn(int directory) {
  // With a position of its own.
  const int again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct Close {
    void operator()(DIR* open) const { closedir(open); }
  };
  const std::unique_ptr<DIR, Close> stream(again < 0 ? nullptr : fdopendir(again));
  if (stream == nullptr) {
    return absl::ErrnoToStatus(errno, "opendir");
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(stream.get())) {
    if (const std::string_view name = entry->d_name; name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  return errno == 0 ? absl::StatusOr<std::vector<std::string>>(std::move(names))
                    : absl::ErrnoToStatus(errno, "readdir");
}

absl::Status RemoveTree(int parent, const std::string& name) {
  const Removal removal = RemoveSimply(parent, name);
  if (removal.error == 0) {
    return absl::OkStatus();
  }
  if (!removal.is_directory) {
    return absl::ErrnoToStatus(removal.error, name);
  }
  const FileDescriptor top(OpenDirectory(parent, name));
  if (!top.ok()) {
    return absl::ErrnoToStatus(errno, name);
  }
  fchmod(top.get(), 0700);
  RETURN_IF_ERROR(TreeRemover(top.get()).Empty());
  const Removal last = RemoveSimply(parent, name);
  return last.error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(last.error, name);
}

}  // namespace satchel
