#include "frontend/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/home_directory.h"
#include "base/status_macros.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

absl::Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

// Whether a look failed since nothing is there. Of all other errors nothing may be concluded: a
// file whose mode could not be asked for would be replaced by one that all may read.
bool IsAbsence(int error) {
  return error == ENOENT || error == ENOTDIR;
}

// Writes to what is not a regular file (/dev/stdout, a pipe): there is nothing to replace.
absl::Status WriteInPlace(const std::string& path, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const absl::Status written = WriteAll(fd, content, path);
  const bool closed = close(fd) == 0;
  if (!written.ok() || !closed) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

// A new file beside `path`, with what the umask leaves of this mode. (To ask for the umask is to
// set another one, for all threads of a process that may be somebody else's.)
int MakeBeside(const std::string& path, mode_t mode, std::string* temporary) {
  static std::atomic<unsigned> number = 0;
  int fd = -1;
  do {
    *temporary = absl::StrFormat("%s.%d-%d", path, getpid(), number++);
    fd = open(temporary->c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EEXIST);
  return fd;
}

// Gives the file another's owner. Where only the group fails, nobody new may read it.
mode_t KeepOwner(int fd, const struct stat& owner, mode_t mode) {
  if (fchown(fd, owner.st_uid, owner.st_gid) == 0 ||
      fchown(fd, static_cast<uid_t>(-1), owner.st_gid) == 0) {
    return mode;
  }
  return mode & ~static_cast<mode_t>(S_IRWXG);
}

absl::Status Fill(int fd, std::string_view content, mode_t mode, const struct stat* owner,
                  const std::string& path) {
  RETURN_IF_ERROR(WriteAll(fd, content, path));
  if (owner == nullptr) {
    return absl::OkStatus();
  }
  // A power cut leaves the old file or the new one, not an empty one.
  const bool done = fchmod(fd, KeepOwner(fd, *owner, mode)) == 0 && fsync(fd) == 0;
  return done ? absl::OkStatus() : absl::ErrnoToStatus(errno, path);
}

enum class Ownership { kOurs, kAnothers, kUnknown };

// Whose the file is that is open and should be at `path`, and nowhere else.
Ownership OwnershipOf(int fd, const std::string& path) {
  struct stat open_status = {};
  struct stat path_status = {};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? Ownership::kAnothers : Ownership::kUnknown;
  }
  if (fstat(fd, &open_status) != 0 || lstat(path.c_str(), &path_status) != 0) {
    return errno == ENOENT ? Ownership::kAnothers : Ownership::kUnknown;
  }
  const bool is_ours = open_status.st_ino == path_status.st_ino &&
                       open_status.st_dev == path_status.st_dev && S_ISREG(open_status.st_mode) &&
                       open_status.st_nlink == 1 && open_status.st_uid == geteuid();
  return is_ours ? Ownership::kOurs : Ownership::kAnothers;
}

// The file that will take the place of another, beside which `path` is. It has always the same
// name, so that what a killed process leaves is taken away by the next one; its lock says that one
// is at work. Where that does not do (no locks on this filesystem), a name of our own.
int OpenTemporary(const std::string& path, mode_t mode, std::string* temporary) {
  *temporary = path + ".satchel-new";
  const auto locked = [&](int flags) {
    const int fd = open(temporary->c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
    if (fd < 0) {
      return -1;
    }
    const Ownership ownership = OwnershipOf(fd, *temporary);
    if (ownership == Ownership::kOurs) {
      return fd;
    }
    if (ownership == Ownership::kUnknown && (flags & O_EXCL) != 0) {
      unlink(temporary->c_str());  // It has just been made, here.
    }
    close(fd);
    return -1;
  };
  if (const int left = locked(O_WRONLY); left >= 0) {
    unlink(temporary->c_str());
    close(left);
  }
  const int fd = locked(O_RDWR | O_CREAT | O_EXCL);
  return fd >= 0 ? fd : MakeBeside(path, mode, temporary);
}

// Puts a new file in the place of `path`: with the owner of `owner` and exactly this mode, or, if
// that is null, with what the umask leaves of it.
absl::Status Replace(const std::string& path, std::string_view content, mode_t mode,
                     const struct stat* owner, const std::string& aside = "") {
  if (struct stat status = {}; stat(path.c_str(), &status) != 0) {
    if (!IsAbsence(errno)) {
      return absl::ErrnoToStatus(errno, path);
    }
  } else if (!S_ISREG(status.st_mode)) {
    return WriteInPlace(path, content);
  }
  std::string temporary;
  const std::string beside =
      aside.empty() ? path : aside + "/" + std::filesystem::path(path).filename().string();
  const int fd = OpenTemporary(beside, owner == nullptr ? mode : S_IRUSR | S_IWUSR, &temporary);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  absl::Status done = Fill(fd, content, mode, owner, path);
  if (close(fd) != 0 && done.ok()) {
    done = absl::ErrnoToStatus(errno, path);
  }
  if (done.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    done = absl::ErrnoToStatus(errno, path);
  }
  if (!done.ok()) {
    unlink(temporary.c_str());
  }
  return done;
}

// Where a chain of links leads, whether something is there or not; empty for an open file such as
// /dev/stdout, whose name in /proc is no place to put another at.
absl::StatusOr<std::string> FollowLinks(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int kMost = 40;  // As the kernel.
  fs::path place(path);
  for (int i = 0; i < kMost; ++i) {
    if (place.string().starts_with("/proc/") || place.string().starts_with("/dev/fd/")) {
      return "";
    }
    std::error_code error;
    const fs::path link = fs::read_symlink(place, error);
    if (error.value() == EINVAL || IsAbsence(error.value())) {  // No link.
      return place.string();
    }
    if (error) {
      return absl::ErrnoToStatus(error.value(), place.string());
    }
    place = place.parent_path() / link;
  }
  return path;
}

// What fs::directory_iterator throws is an error like any other.
template <typename Iterator>
absl::StatusOr<std::vector<std::filesystem::directory_entry>> Entries(
    const std::string& directory) {
  std::vector<std::filesystem::directory_entry> entries;
  std::error_code error;
  for (Iterator next(directory, error), end; !error && next != end; next.increment(error)) {
    entries.push_back(*next);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return absl::ErrnoToStatus(error.value(), directory);
  }
  std::ranges::sort(entries);
  return entries;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const auto close_file = absl::MakeCleanup([fd] { close(fd); });
  std::string content;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size == 0) {
      return content;
    }
    if (size > 0) {
      content.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
  }
}

absl::Status WriteFile(const std::string& path, std::string_view content) {
  return Replace(path, content, 0666, nullptr);
}

absl::Status EditFile(const std::string& path, std::string_view content, bool private_if_new,
                      const std::string& aside) {
  ASSIGN_OR_RETURN(const std::string target, FollowLinks(path));
  if (target.empty()) {
    return WriteInPlace(path, content);
  }
  struct stat status = {};
  if (stat(target.c_str(), &status) == 0) {
    return Replace(target, content, status.st_mode & 07777, &status, aside);
  }
  if (!IsAbsence(errno)) {
    return absl::ErrnoToStatus(errno, target);
  }
  return Replace(target, content, private_if_new ? 0600 : 0666, nullptr, aside);
}

std::string StampText(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return {};
  }
  return absl::StrFormat("%d-%d-%d.%09d", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                         status.st_mtim.tv_nsec);
}

std::string FileUrlToPath(std::string_view url) {
  constexpr std::string_view kScheme = "file://";
  if (!url.starts_with(kScheme)) {
    return {};
  }
  url.remove_prefix(kScheme.size());
  if (url.starts_with("localhost/")) {
    url.remove_prefix(std::string_view("localhost").size());
  }
  if (!url.starts_with("/")) {
    return {};
  }
  return PercentDecode(url);
}

std::string PathToFileUrl(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string url = "file://";
  for (const char c : path) {
    if (IsLetterOrDigit(c) || std::string_view("/-_.~+!@,=:").find(c) != std::string_view::npos) {
      url += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url += '%';
      url += kHex[byte / 16];
      url += kHex[byte % 16];
    }
  }
  return url;
}

std::string ExpandHome(std::string_view path) {
  const std::string home = HomeDirectory();
  const bool is_below = path == "~" || path.starts_with("~/");
  return is_below && !home.empty() ? home + std::string(path.substr(1)) : std::string(path);
}

std::string ExpandPath(std::string_view typed) {
  const std::string below_home = ExpandHome(typed);
  std::string_view path = below_home;
  std::string expanded;
  while (!path.empty()) {
    const std::size_t dollar = path.find('$');
    expanded += path.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      break;
    }
    path.remove_prefix(dollar + 1);
    const bool braced = path.starts_with("{");
    std::size_t end = braced ? 1 : 0;
    while (end < path.size() && (IsLetterOrDigit(path[end]) || path[end] == '_')) {
      ++end;
    }
    const std::string name(path.substr(braced ? 1 : 0, end - (braced ? 1 : 0)));
    const std::string home = name == "HOME" ? HomeDirectory() : "";
    const char* value = home.empty() ? std::getenv(name.c_str()) : home.c_str();
    if (name.empty() || value == nullptr || (braced && !path.substr(end).starts_with("}"))) {
      expanded += '$';
      continue;
    }
    expanded += value;
    path.remove_prefix(end + (braced ? 1 : 0));
  }
  return expanded;
}

std::string AbsolutePath(std::string_view path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  std::string normal = (error ? std::filesystem::path(path) : absolute).lexically_normal().string();
  while (normal.size() > 1 && normal.back() == '/') {
    normal.pop_back();
  }
  return normal;
}

absl::StatusOr<std::vector<std::filesystem::directory_entry>> EntriesIn(
    const std::string& directory) {
  return Entries<std::filesystem::directory_iterator>(directory);
}

absl::StatusOr<std::vector<std::filesystem::directory_entry>> EntriesBelow(
    const std::string& directory) {
  return Entries<std::filesystem::recursive_directory_iterator>(directory);
}

absl::StatusOr<bool> LookForDirectory(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) {
    return S_ISDIR(status.st_mode);
  }
  return MeansNothingThere(errno) ? absl::StatusOr<bool>(false) : absl::ErrnoToStatus(errno, path);
}

bool IsDirectory(const std::string& path) {
  return LookForDirectory(path).value_or(false);
}

}  // namespace satchel
