#include "frontend/link/paths/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/strings.h"

namespace satchel {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

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

void Prepend(std::string_view path, std::deque<std::string>* parts) {
  const std::vector<std::string_view> split = Split(path, '/');
  parts->insert(parts->begin(), split.begin(), split.end());
}

// Part by part, each opened only if it is no symbolic link; the links are followed by hand, and
// "..", which they may hold, leads back to the directory that was opened before.
int WalkBeneath(int root, const std::string& path) {
  constexpr int kMaxLinks = 40;  // As many as the kernel follows.
  int num_links = 0;
  std::vector<FileDescriptor> opened;
  std::deque<std::string> parts;
  Prepend(path, &parts);
  while (!parts.empty()) {
    const std::string part = std::move(parts.front());
    parts.pop_front();
    if (part.empty() || part == ".") {
      continue;
    }
    if (part == "..") {
      if (opened.empty()) {
        errno = EXDEV;
        return -1;
      }
      opened.pop_back();
      continue;
    }
    const int parent = opened.empty() ? root : opened.back().get();
    FileDescriptor next(openat(parent, part.c_str(), kDirectory | O_NOFOLLOW));
    if (next.ok()) {
      opened.push_back(std::move(next));
      continue;
    }
    const int error = errno;
    std::array<char, PATH_MAX> target;
    const ssize_t size = readlinkat(parent, part.c_str(), target.data(), target.size());
    if (size <= 0 || ++num_links > kMaxLinks) {
      errno = size <= 0 ? error : ELOOP;
      return -1;
    }
    const std::string_view link(target.data(), static_cast<std::size_t>(size));
    if (link.front() == '/') {
      errno = EXDEV;
      return -1;
    }
    Prepend(link, &parts);
  }
  return openat(opened.empty() ? root : opened.back().get(), ".", kDirectory);
}

// One step after the other, each of which must not be a link.
int WalkWithoutLinks(int root, const std::string& path, int flags) {
  const std::vector<std::string_view> parts = Split(path, '/');
  FileDescriptor directory;
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
    FileDescriptor next(openat(here, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.ok()) {
      return -1;
    }
    directory = std::move(next);
  }
  return -1;
}

}  // namespace

int OpenBeneath(int root, const std::string& path) {
  const char* const name = path.empty() ? "." : path.c_str();
  const int fd = OpenAt2(root, name, kDirectory, RESOLVE_BENEATH);
  return IsUnknownCall(fd) ? WalkBeneath(root, path) : fd;
}

int OpenWithoutLinks(int root, const std::string& path, int flags) {
  flags |= O_CLOEXEC;
  const char* const name = path.empty() ? "." : path.c_str();
  const int fd = OpenAt2(root, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  return IsUnknownCall(fd) ? WalkWithoutLinks(root, name, flags) : fd;
}

absl::StatusOr<std::string> ReadFileBeneath(int root, const std::string& path,
                                            const std::string& label, std::uint64_t max_bytes) {
  const auto wrong = [&](const char* what) {
    return absl::InvalidArgumentError(absl::StrFormat("%s/%s: %s", label, path, what));
  };
  const FileDescriptor file(OpenWithoutLinks(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  if (!file.ok() && errno == ELOOP) {
    return wrong("is a symbolic link, or reached through one");
  }
  if (!file.ok()) {
    return absl::ErrnoToStatus(errno, label + "/" + path);
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, label + "/" + path);
  }
  if (!S_ISREG(status.st_mode)) {
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
