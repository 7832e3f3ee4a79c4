#include "frontend/link/layout/link_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file_descriptor.h"
#include "base/status_macros.h"

namespace satchel {
namespace {

absl::Status CopyBytes(int source, int target, const std::string& name) {
  for (;;) {
    const ssize_t copied = copy_file_range(source, nullptr, target, nullptr, 1 << 30, 0);
    if (copied == 0) {
      break;
    }
    if (copied < 0 && errno == EINTR) {
      continue;
    }
    if (copied < 0) {
      break;  // Not between these filesystems: by hand, from where it stopped.
    }
  }
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = read(source, buffer.data(), buffer.size());
    if (size == 0) {
      return absl::OkStatus();
    }
    if (size < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, name);
    }
    for (ssize_t done = 0; done < size;) {
      const ssize_t written =
          write(target, buffer.data() + done, static_cast<std::size_t>(size - done));
      if (written < 0 && errno != EINTR) {
        return absl::ErrnoToStatus(errno, name);
      }
      done += written < 0 ? 0 : written;
    }
  }
}

// A copy with the original's mode and time, sharing its blocks where the filesystem can.
absl::StatusOr<LinkMethod> Copy(const std::string& path, int directory, const std::string& target) {
  const FileDescriptor source(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status = {};
  if (!source.ok() || fstat(source.get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const FileDescriptor copy(openat(directory, target.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0777));
  if (!copy.ok()) {
    return absl::ErrnoToStatus(errno, target);
  }
  LinkMethod method = LinkMethod::kReflink;
  if (ioctl(copy.get(), FICLONE, source.get()) != 0) {
    method = LinkMethod::kCopy;
    RETURN_IF_ERROR(CopyBytes(source.get(), copy.get(), target));
  }
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (fchmod(copy.get(), status.st_mode & 0777) != 0 || futimens(copy.get(), times) != 0) {
    return absl::ErrnoToStatus(errno, target);
  }
  return method;
}

}  // namespace

bool MeansTryAnotherMethod(int error) {
  return error == EXDEV || error == EPERM || error == EMLINK || error == EOPNOTSUPP ||
         error == ENOSYS || error == EINVAL || error == ENOTTY || error == EACCES;
}

LinkMethod FirstMethod(const LinkPreference& preference) {
  if (preference.always_copy) {
    return LinkMethod::kCopy;
  }
  return preference.always_softlink ? LinkMethod::kSoftLink : LinkMethod::kHardLink;
}

absl::StatusOr<LinkMethod> LinkFile(const std::string& source, int directory,
                                    const std::string& target, LinkMethod method,
                                    bool allow_softlinks) {
  if (method == LinkMethod::kHardLink) {
    if (linkat(AT_FDCWD, source.c_str(), directory, target.c_str(), 0) == 0) {
      return LinkMethod::kHardLink;
    }
    if (!MeansTryAnotherMethod(errno)) {
      return absl::ErrnoToStatus(errno, target);
    }
  }
  if (method == LinkMethod::kSoftLink || (allow_softlinks && method != LinkMethod::kCopy)) {
    if (symlinkat(source.c_str(), directory, target.c_str()) == 0) {
      return LinkMethod::kSoftLink;
    }
    if (!MeansTryAnotherMethod(errno)) {
      return absl::ErrnoToStatus(errno, target);
    }
  }
  return Copy(source, directory, target);
}

bool CanHardLink(const std::string& source_file, const std::string& target_directory) {
  // Another process may be at the same place: the name is one of its own.
  std::string name = target_directory + "/.link-XXXXXX";
  const FileDescriptor probe(mkostemp(name.data(), O_CLOEXEC));
  if (!probe.ok()) {
    return true;  // Whatever is wrong will show when the first file is linked.
  }
  unlink(name.c_str());
  const bool linked = link(source_file.c_str(), name.c_str()) == 0;
  const int error = errno;
  unlink(name.c_str());
  return linked || !MeansTryAnotherMethod(error);
}

}  // namespace satchel
