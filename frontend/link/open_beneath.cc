#include "frontend/link/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "frontend/link/file_handle.h"

namespace satchel {
namespace {

int OpenAt2(int root, const char* name, int flags, std::uint64_t resolve) {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = resolve;
  return static_cast<int>(syscall(SYS_openat2, root, name, &how, sizeof(how)));
}

// An old kernel, or a container that does not know the call.
bool IsUnknownCall(int fd) {
  return fd < 0 && (errno == ENOSYS || errno == EPERM);
}

// One step after the other, each of which must not be a link.
int WalkWithoutLinks(int root, const std::string& path, int flags) {
  const std::vector<std::string_view> parts = Split(path, '/');
  FileHandle directory;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == ".." || parts[i].empty()) {
      errno = EXDEV;
      return -1;
    }
    const int here = directory.ok() ? directory.get() : root;
    const std::string name(parts[i]);
    if (i + 1 == parts.size()) {
      return openat(here, name.c_str(), flags | O_NOFOLLOW);
    }
    FileHandle next(openat(here, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.ok()) {
      return -1;
    }
    directory = std::move(next);
  }
  return -1;
}

}  // namespace

int OpenBeneath(int root, const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const char* const name = path.empty() ? "." : path.c_str();
  const int fd = OpenAt2(root, name, kFlags, RESOLVE_BENEATH);
  return IsUnknownCall(fd) ? openat(root, name, kFlags) : fd;
}

int OpenWithoutLinks(int root, const std::string& path, int flags) {
  flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const char* const name = path.empty() ? "." : path.c_str();
  const int fd = OpenAt2(root, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  return IsUnknownCall(fd) ? WalkWithoutLinks(root, name, flags) : fd;
}

absl::StatusOr<std::string> ReadFileBeneath(int root, const std::string& path,
                                            const std::string& label, std::uint64_t max_bytes) {
  const auto wrong = [&](const char* what) {
    return absl::InvalidArgumentError(absl::StrFormat("%s/%s: %s", label, path, what));
  };
  const FileHandle file(OpenWithoutLinks(root, path, O_RDONLY));
  if (!file.ok() && errno == ELOOP) {
    return wrong("is a symbolic link, or reached through one");
  }
  if (!file.ok()) {
    return absl::ErrnoToStatus(errno, label + "/" + path);
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return wrong("is not a regular file");
  }
  if (static_cast<std::uint64_t>(status.st_size) > max_bytes) {
    return wrong("is too large");
  }
  std::string content;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = read(file.get(), buffer.data(), buffer.size());
    if (size == 0) {
      return content;
    }
    if (size < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, label + "/" + path);
    }
    content.append(buffer.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    if (content.size() > max_bytes) {
      return wrong("is too large");
    }
  }
}

}  // namespace satchel
