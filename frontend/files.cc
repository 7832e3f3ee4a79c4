#include "frontend/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/home_directory.h"
#include "repodata/channel_name.h"

namespace satchel {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

absl::Status WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, "write");
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

// Writes to what is not a regular file (/dev/stdout, a pipe): there is nothing to replace.
absl::Status WriteInPlace(const std::string& path, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const absl::Status written = WriteAll(fd, content);
  const bool closed = close(fd) == 0;
  if (!written.ok() || !closed) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
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
  if (struct stat status = {}; stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return WriteInPlace(path, content);
  }
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const mode_t mask = umask(0);
  umask(mask);
  const absl::Status written = WriteAll(fd, content);
  const bool finished = written.ok() && fchmod(fd, 0666 & ~mask) == 0;
  const int write_error = errno;
  if (const bool closed = close(fd) == 0; !finished || !closed) {
    const int error = finished ? errno : write_error;
    unlink(temporary.c_str());
    return absl::ErrnoToStatus(error, path);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    return absl::ErrnoToStatus(error, path);
  }
  return absl::OkStatus();
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

std::string ExpandPath(std::string_view path) {
  std::string expanded;
  if (path == "~" || path.starts_with("~/")) {
    const std::string home = HomeDirectory();
    expanded = home.empty() ? "~" : home;
    path.remove_prefix(1);
  }
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

}  // namespace satchel
