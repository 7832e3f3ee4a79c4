#include "repodata/index/index_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "repodata/index/checked_pages.h"
#include "repodata/index/checksum.h"
#include "repodata/index/index_file_format.h"
#include "repodata/index/index_file_notes.h"
#include "repodata/index/lost_pages.h"

namespace satchel {
namespace {

constexpr std::size_t kMapAtOnce = 16 << 20;

template <typename T>
std::span<const std::byte> BytesOf(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

std::uint64_t Align(std::uint64_t offset) {
  return (offset + kIndexFileAlignment - 1) / kIndexFileAlignment * kIndexFileAlignment;
}

IndexFileStamp SealStamp(const FileIdentity& identity) {
  IndexFileStamp stamp = {identity.stamp, identity.is_settled ? 1U : 0U, 0};
  stamp.checksum = Checksum(BytesOf(stamp).first(offsetof(IndexFileStamp, checksum)));
  return stamp;
}

// ---- Writing ----

// All that comes before the image.
struct Preamble {
  std::string checked;  // Header, notes and roots.
  IndexFileHeader header;
  std::vector<std::uint64_t> checksums;
};

Preamble MakePreamble(const Index& index, const IndexFileNotes& notes) {
  Preamble preamble;
  preamble.checksums.resize(CheckedPages::NumPages(index.image().size()));
  CheckedPages::ComputeChecksums(index.image(), preamble.checksums);
  std::vector<std::uint64_t> roots(CheckedPages::NumRoots(preamble.checksums.size()));
  CheckedPages::ComputeRoots(preamble.checksums, roots);
  const std::string encoded = EncodeNotes(notes);

  IndexFileHeader& header = preamble.header;
  header.magic = kIndexFileMagic;
  header.format_version = kIndexFormatVersion;
  header.byte_order = kIndexByteOrder;
  header.stamp = SealStamp(notes.identity);
  header.notes_size = (encoded.size() + 7) / 8 * 8;  // The roots are aligned.
  header.preamble_size = sizeof header + header.notes_size + roots.size() * sizeof(std::uint64_t);
  header.checksums_offset = Align(header.preamble_size);
  header.image_offset =
      Align(header.checksums_offset + preamble.checksums.size() * sizeof(std::uint64_t));
  header.image_size = index.image().size();
  const auto append = [&preamble](std::span<const std::byte> bytes) {
    preamble.checked.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  append(BytesOf(header));
  preamble.checked += encoded;
  preamble.checked.resize(sizeof header + header.notes_size);
  append(std::as_bytes(std::span(roots)));
  header.checksum =
      Checksum(std::as_bytes(std::span(preamble.checked)).subspan(kIndexFileCheckedFrom));
  std::memcpy(preamble.checked.data(), &header, sizeof header);
  return preamble;
}

absl::Status WriteAt(int fd, const std::string& path, std::uint64_t offset,
                     std::span<const std::byte> bytes) {
  // What is written at once lies in the page cache as one, and newer kernels map it as one: a
  // reader that touches 3 MB of 270 would have 190 MB resident.
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(fd, bytes.data(), std::min(bytes.size(), kPiece), static_cast<off_t>(offset));
    if (written < 0 && errno != EINTR) {
      return SystemError(path, "cannot write", errno);
    }
    const auto size = written < 0 ? 0 : static_cast<std::size_t>(written);
    bytes = bytes.subspan(size);
    offset += size;
  }
  return absl::OkStatus();
}

// The temporary file, locked. The lock and not the name says whether a writer is at work, so what a
// killed one left behind is in nobody's way.
absl::StatusOr<FileDescriptor> OpenTemporary(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) {
    return SystemError(path, "cannot create", errno);
  }
  const absl::Status busy = absl::AbortedError(path + ": another process is writing it");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? busy : SystemError(path, "cannot lock", errno);
  }
  // The writer before us may have renamed what we opened.
  struct stat ours = {};
  struct stat named = {};
  if (::fstat(file.get(), &ours) != 0 || ::stat(path.c_str(), &named) != 0 ||
      ours.st_ino != named.st_ino || ours.st_dev != named.st_dev) {
    return busy;
  }
  if (::ftruncate(file.get(), 0) != 0) {
    return SystemError(path, "cannot write", errno);
  }
  return file;
}

absl::Status SyncDirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory =
      slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot; then the rename is as durable as they make it.
  if (file.get() < 0 || (::fsync(file.get()) != 0 && errno != EINVAL)) {
    return SystemError(directory, "cannot sync", errno);
  }
  return absl::OkStatus();
}

absl::Status WriteContent(int fd, const std::string& path, const Index& index,
                          const Preamble& preamble) {
  RETURN_IF_ERROR(WriteAt(fd, path, 0, std::as_bytes(std::span(preamble.checked))));
  RETURN_IF_ERROR(WriteAt(fd, path, preamble.header.checksums_offset,
                          std::as_bytes(std::span(preamble.checksums))));
  RETURN_IF_ERROR(WriteAt(fd, path, preamble.header.image_offset, index.image()));
  return ::fsync(fd) == 0 ? absl::OkStatus() : SystemError(path, "cannot sync", errno);
}

// ---- Reading ----

absl::Status Damaged(const std::string& path, std::string_view what) {
  return absl::DataLossError(absl::StrFormat("%s: %s", path, what));
}

// A file in memory, and the guard of its pages if it is mapped.
struct Mapping {
  Mapping(std::span<const std::byte> memory, IndexAccess access) : bytes(memory) {
    if (access == IndexAccess::kMap) {
      guard.emplace(memory);
    }
  }
  ~Mapping() {
    guard.reset();
    ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::byte> bytes;
  std::optional<LostPagesGuard> guard;
  std::optional<CheckedPages> pages;
};

absl::Status ReadAll(int fd, const std::string& path, void* memory, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got =
        ::pread(fd, static_cast<char*>(memory) + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno != EINTR) {
      return SystemError(path, "cannot read", errno);
    }
    if (got == 0) {
      return Damaged(path, "was cut short");
    }
    done += got < 0 ? 0 : static_cast<std::size_t>(got);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Mapping>> MapFile(const std::string& path, IndexAccess access) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status = {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return SystemError(path, "cannot open", errno);
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || size < sizeof(IndexFileHeader)) {
    return Damaged(path, "too short for an index");
  }
  const bool copies = access == IndexAccess::kCopy;
  void* const memory =
      copies ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
             : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) {
    return SystemError(path, "cannot map", errno);
  }
  auto mapping =
      std::make_shared<Mapping>(std::span(static_cast<const std::byte*>(memory), size), access);
  if (copies) {
    RETURN_IF_ERROR(ReadAll(file.get(), path, memory, size));
    return mapping;
  }
#ifdef MADV_POPULATE_READ
  // A solve touches pages all over the file. Of a small one it costs less to have all of them
  // mapped at once than to fault them in; that it fails (an older kernel, the disk) is told on
  // first use.
  if (size <= kMapAtOnce) {
    static_cast<void>(::madvise(memory, size, MADV_POPULATE_READ));
  }
#endif
  return mapping;
}

absl::Status CheckHeader(const std::string& path, const IndexFileHeader& header,
                         std::span<const std::byte> file) {
  if (header.magic != kIndexFileMagic) {
    return Damaged(path, "not an index");
  }
  if (header.format_version != kIndexFormatVersion || header.byte_order != kIndexByteOrder) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: format %d, expected %d", path, header.format_version, kIndexFormatVersion));
  }
  if (header.preamble_size < sizeof header || header.preamble_size > file.size() ||
      Checksum(file.first(header.preamble_size).subspan(kIndexFileCheckedFrom)) !=
          header.checksum) {
    return Damaged(path, "the checksum of its header is wrong");
  }
  const std::size_t num_pages = CheckedPages::NumPages(header.image_size);
  const bool fits =
      header.notes_size % 8 == 0 && header.checksums_offset % kIndexFileAlignment == 0 &&
      header.image_offset % kIndexFileAlignment == 0 && header.image_size <= file.size() &&
      header.image_offset == file.size() - header.image_size &&
      header.checksums_offset >= header.preamble_size &&
      header.checksums_offset <= header.image_offset &&
      num_pages * 8 <= header.image_offset - header.checksums_offset &&
      header.notes_size <= header.preamble_size - sizeof header &&
      CheckedPages::NumRoots(num_pages) * 8 ==
          header.preamble_size - sizeof header - header.notes_size;
  return fits ? absl::OkStatus()
              : Damaged(path, absl::StrFormat("%d bytes, expected %d", file.size(),
                                              header.image_offset + header.image_size));
}

std::span<const std::uint64_t> Numbers(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint64_t*>(bytes.data()), bytes.size() / 8};
}

void ReadStamp(const IndexFileStamp& mapped, FileIdentity& identity) {
  IndexFileStamp stamp;
  std::memcpy(&stamp, &mapped, sizeof stamp);  // A writer may be at it.
  identity.stamp = stamp.stamp;
  identity.is_settled =
      stamp.is_settled == 1 && SealStamp({stamp.stamp, {}, true}).checksum == stamp.checksum;
}

}  // namespace

absl::Status WriteIndexFile(const std::string& path, const Index& index,
                            const IndexFileNotes& notes) {
  const std::string temporary = path + ".tmp";
  ASSIGN_OR_RETURN(const FileDescriptor file, OpenTemporary(temporary));
  absl::Status written = WriteContent(file.get(), temporary, index, MakePreamble(index, notes));
  if (written.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = SystemError(path, "cannot rename the new file to this name", errno);
  }
  if (!written.ok()) {
    ::unlink(temporary.c_str());
    return written;
  }
  return SyncDirectoryOf(path);
}

absl::StatusOr<IndexFile> OpenIndexFile(const std::string& path, IndexAccess access) {
  ASSIGN_OR_RETURN(const std::shared_ptr<Mapping> mapping, MapFile(path, access));
  const std::span<const std::byte> bytes = mapping->bytes;
  const auto& header = *reinterpret_cast<const IndexFileHeader*>(bytes.data());
  RETURN_IF_ERROR(CheckHeader(path, header, bytes));
  const std::span<const std::byte> image = bytes.subspan(header.image_offset);
  const std::size_t notes_end = sizeof header + header.notes_size;
  mapping->pages.emplace(
      image,
      Numbers(bytes.subspan(header.checksums_offset, CheckedPages::NumPages(image.size()) * 8)),
      Numbers(bytes.subspan(notes_end, header.preamble_size - notes_end)));
  if (mapping->guard.has_value()) {
    mapping->guard->SetPages(&*mapping->pages);
  }
  std::optional<IndexFileNotes> notes =
      DecodeNotes({reinterpret_cast<const char*>(bytes.data()) + sizeof header, header.notes_size});
  if (!notes.has_value()) {
    return Damaged(path, "its notes are malformed");
  }
  ReadStamp(header.stamp, notes->identity);
  absl::StatusOr<Index> index = Index::FromImage(mapping, image, &*mapping->pages);
  if (!index.ok()) {
    return Damaged(path, absl::StrFormat("%s", index.status().message()));
  }
  return IndexFile{*std::move(index), *std::move(notes)};
}

absl::Status RestampIndexFile(const std::string& path, const FileIdentity& identity) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return SystemError(path, "cannot open", errno);
  }
  return WriteAt(file.get(), path, offsetof(IndexFileHeader, stamp), BytesOf(SealStamp(identity)));
}

}  // namespace satchel
