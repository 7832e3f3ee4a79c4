#include "frontend/fetch/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"

namespace satchel {
namespace {

std::optional<Digest> NewDigest(const PartialFile::Expected& expected) {
  if (!expected.has_hash()) {
    return std::nullopt;
  }
  return Digest(expected.sha256.empty() ? Digest::Kind::kMd5 : Digest::Kind::kSha256);
}

// Whether `path` is still the file that is open: another process may have renamed it meanwhile.
absl::StatusOr<bool> IsSameFile(int fd, const std::string& path) {
  struct stat opened = {};
  struct stat named = {};
  if (fstat(fd, &opened) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  if (lstat(path.c_str(), &named) != 0) {
    return errno == ENOENT ? absl::StatusOr<bool>(false) : absl::ErrnoToStatus(errno, path);
  }
  return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

// Not so what others may have put there where the directory is not ours alone: a link, a pipe.
absl::StatusOr<bool> IsOrdinary(int fd, const std::string& path) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  return S_ISREG(status.st_mode) && status.st_nlink <= 1;
}

}  // namespace

absl::StatusOr<PartialFile> PartialFile::Open(const std::string& destination, Expected expected) {
  PartialFile file;
  file.destination_ = destination;
  file.path_ = destination + ".part";
  file.expected_ = std::move(expected);
  if (absl::Status opened = file.OpenLocked(); !opened.ok()) {
    if (file.fd_ >= 0) {  // It may be another process's: nothing is removed.
      close(std::exchange(file.fd_, -1));
    }
    return opened;
  }
  RETURN_IF_ERROR(file.LoadRest());
  return file;
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : destination_(std::move(other.destination_)),
      path_(std::move(other.path_)),
      expected_(std::move(other.expected_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      validator_(std::move(other.validator_)),
      digest_(std::move(other.digest_)) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) {
    return;
  }
  // Nobody else would find a file of a name of our own.
  if (size_ == 0 || path_ != destination_ + ".part") {
    unlink(path_.c_str());
    unlink(ValidatorPath().c_str());
  }
  close(fd_);
}

absl::Status PartialFile::OpenLocked() {
  for (;;) {
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (fd_ < 0 && (errno == ENOENT || errno == ENOSPC || errno == EROFS || errno == EMFILE)) {
      return absl::ErrnoToStatus(errno, path_);
    }
    if (fd_ < 0) {
      break;  // Another user's, a link, a directory.
    }
    ASSIGN_OR_RETURN(const bool is_ordinary, IsOrdinary(fd_, path_));
    if (!is_ordinary) {
      ASSIGN_OR_RETURN(const bool is_same, IsSameFile(fd_, path_));
      if (is_same) {
        break;
      }
      close(std::exchange(fd_, -1));  // Unlinked by another process between the two calls.
      continue;
    }
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) {
        close(std::exchange(fd_, -1));
        continue;
      }
      if (errno != EWOULDBLOCK) {  // A file system without locks: nobody can continue this file.
        unlink(path_.c_str());
      }
      break;
    }
    ASSIGN_OR_RETURN(const bool is_same, IsSameFile(fd_, path_));
    if (is_same) {
      return absl::OkStatus();
    }
    close(std::exchange(fd_, -1));
  }
  if (fd_ >= 0) {
    close(std::exchange(fd_, -1));
  }
  for (int attempt = 0; fd_ < 0; ++attempt) {
    path_ = absl::StrFormat("%s.part.%d.%d", destination_, getpid(), attempt);
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, path_);
    }
  }
  return absl::OkStatus();
}

absl::Status PartialFile::LoadRest() {
  validator_ = ReadFile(ValidatorPath()).value_or("");
  digest_ = NewDigest(expected_);
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = read(fd_, buffer.data(), buffer.size());
    if (size == 0) {
      break;
    }
    if (size < 0) {
      if (errno == EINTR) {
        continue;
      }
      return absl::ErrnoToStatus(errno, path_);
    }
    size_ += static_cast<std::uint64_t>(size);
    if (digest_.has_value()) {
      digest_->Update({buffer.data(), static_cast<std::size_t>(size)});
    }
  }
  // Bytes of which nothing could tell that they are the right ones.
  const bool too_long = expected_.size_bytes != 0 && size_ > expected_.size_bytes;
  return size_ > 0 && (!CanBeContinued() || too_long) ? Restart("") : absl::OkStatus();
}

absl::Status PartialFile::Restart(const std::string& validator) {
  if (ftruncate(fd_, 0) != 0 || lseek(fd_, 0, SEEK_SET) != 0) {
    return absl::ErrnoToStatus(errno, path_);
  }
  size_ = 0;
  digest_ = NewDigest(expected_);
  // A hash is better than the server's word, and then the name of the version is not needed.
  const std::string kept = expected_.has_hash() ? "" : validator;
  if (kept != validator_) {
    validator_ = kept;
    if (kept.empty()) {
      unlink(ValidatorPath().c_str());
    } else {
      RETURN_IF_ERROR(WriteFile(ValidatorPath(), kept));
    }
  }
  return absl::OkStatus();
}

absl::Status PartialFile::Append(std::string_view bytes) {
  if (expected_.size_bytes != 0 && size_ + bytes.size() > expected_.size_bytes) {
    return absl::DataLossError(
        absl::StrFormat("more than the %d bytes that it should have", expected_.size_bytes));
  }
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return absl::ErrnoToStatus(errno, path_);
    }
    const auto size = static_cast<std::size_t>(written);
    if (digest_.has_value()) {
      digest_->Update(bytes.substr(0, size));
    }
    size_ += size;
    bytes.remove_prefix(size);
  }
  return absl::OkStatus();
}

absl::Status PartialFile::Verify() {
  if (expected_.size_bytes != 0 && size_ != expected_.size_bytes) {
    return absl::DataLossError(
        absl::StrFormat("has %d bytes, should have %d", size_, expected_.size_bytes));
  }
  if (digest_.has_value()) {
    const bool is_sha256 = !expected_.sha256.empty();
    const std::string& wanted = is_sha256 ? expected_.sha256 : expected_.md5;
    const std::string actual = std::move(*digest_).Hex();
    digest_.reset();
    if (actual != ToLower(wanted)) {
      return absl::DataLossError(absl::StrFormat("its %s is %s, should be %s",
                                                 is_sha256 ? "sha256" : "md5", actual, wanted));
    }
  }
  return absl::OkStatus();
}

absl::Status PartialFile::Commit() {
  if (absl::Status verified = Verify(); !verified.ok()) {
    RETURN_IF_ERROR(Restart(""));
    return verified;
  }
  if (rename(path_.c_str(), destination_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, destination_);
  }
  unlink(ValidatorPath().c_str());
  close(std::exchange(fd_, -1));
  return absl::OkStatus();
}

}  // namespace satchel
