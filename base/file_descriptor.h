#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace satchel {

// Owns an open file and closes it at the end of its scope; may be empty.
class FileDescriptor final {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { Close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = other.Release();
    }
    return *this;
  }

  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }
  // The caller must close it.
  int Release() { return std::exchange(fd_, -1); }
  // False if the system reports that written data is lost.
  bool Close() { return fd_ < 0 || close(Release()) == 0; }

 private:
  int fd_ = -1;
};

// Whether a system error of a look at a path means that nothing is there.
bool MeansNothingThere(int error);

// "<label>: <what>: <the system's words for `error`>": kNotFound, kPermissionDenied,
// kResourceExhausted (a full disk), else kUnavailable.
absl::Status SystemError(std::string_view label, std::string_view what, int error);

}  // namespace satchel
