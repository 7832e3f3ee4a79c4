#include "repodata/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "repodata/io/decompress.h"

namespace satchel {
namespace {

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp ToStamp(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          Nanoseconds(status.st_mtim), Nanoseconds(status.st_ctim)};
}

// Calls take(piece) for each piece of the file; fills `identity` if it is not null.
template <typename Take>
absl::Status ReadPieces(const std::string& path, const std::string& label, FileIdentity* identity,
                        Take take) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return SystemError(label, "cannot open", errno);
  }
  struct stat before = {};
  if (identity != nullptr && ::fstat(file.get(), &before) != 0) {
    return SystemError(label, "cannot open", errno);
  }
  const auto start = std::chrono::system_clock::now().time_since_epoch();
  ContentHasher hasher;
  // Through a piece that stays in the cache, plain text too: the copy costs 0.1 ms a MB, less than
  // a second way of reading is worth.
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);
  for (;;) {
    const ssize_t size = ::read(file.get(), piece.get(), kPiece);
    if (size < 0) {
      if (errno == EINTR) {
        continue;
      }
      return SystemError(label, "cannot read", errno);
    }
    if (size == 0) {
      break;
    }
    const std::string_view bytes(piece.get(), static_cast<std::size_t>(size));
    if (identity != nullptr) {
      hasher.Append(bytes);
    }
    RETURN_IF_ERROR(take(bytes));
  }
  if (identity != nullptr) {
    struct stat after = {};
    constexpr std::chrono::nanoseconds kTick = std::chrono::seconds(2);
    const std::int64_t settled = std::chrono::nanoseconds(start - kTick).count();
    identity->stamp = ToStamp(before);
    identity->content = hasher.Finish();
    identity->is_settled = ::fstat(file.get(), &after) == 0 && identity->stamp == ToStamp(after) &&
                           identity->stamp.mtime_ns < settled && identity->stamp.ctime_ns < settled;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FileStamp> StampOf(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    return SystemError(path, "cannot open", errno);
  }
  return ToStamp(status);
}

absl::StatusOr<TextBuffer> ReadTextFile(const std::string& path, const std::string& label,
                                        std::uint64_t max_bytes, FileIdentity* identity) {
  Decompressor decompressor(label, max_bytes);
  RETURN_IF_ERROR(ReadPieces(path, label, identity, [&decompressor](std::string_view bytes) {
    return decompressor.Append(bytes);
  }));
  return decompressor.Finish();
}

absl::StatusOr<FileIdentity> IdentifyFile(const std::string& path) {
  FileIdentity identity;
  RETURN_IF_ERROR(
      ReadPieces(path, path, &identity, [](std::string_view) { return absl::OkStatus(); }));
  return identity;
}

}  // namespace satchel
