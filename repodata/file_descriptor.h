#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace satchel {

// Closes a file at the end of its scope.
class FileDescriptor final {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// "<label>: <what>: <the system's words for `error`>": kNotFound, kPermissionDenied,
// kResourceExhausted (a full disk), else kUnavailable.
absl::Status SystemError(std::string_view label, std::string_view what, int error);

}  // namespace satchel
