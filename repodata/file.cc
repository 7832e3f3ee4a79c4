#include "repodata/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/decompress.h"

namespace satchel {
namespace {

class FileDescriptor final {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status SystemError(const std::string& label, const char* what, int error) {
  const std::string message =
      absl::StrFormat("%s: %s: %s", label, what, std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace

absl::StatusOr<TextBuffer> ReadTextFile(const std::string& path, const std::string& label,
                                        std::uint64_t max_bytes) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return SystemError(label, "cannot open", errno);
  }
  // Through a piece that stays in the cache, plain text too: the copy costs 0.1 ms a MB, less than
  // a second way of reading is worth.
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);
  Decompressor decompressor(label, max_bytes);
  for (;;) {
    const ssize_t size = ::read(file.get(), piece.get(), kPiece);
    if (size < 0) {
      if (errno == EINTR) {
        continue;
      }
      return SystemError(label, "cannot read", errno);
    }
    if (size == 0) {
      return decompressor.Finish();
    }
    RETURN_IF_ERROR(decompressor.Append({piece.get(), static_cast<std::size_t>(size)}));
  }
}

}  // namespace satchel
