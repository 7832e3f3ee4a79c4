// Reading archives is libarchive's; this file decides what may be written where.

#include "frontend/link/package/extract.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/package/archive_file.h"
#include "frontend/link/package/archive_library.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

constexpr std::uint64_t kFreeBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kBombRatio = 200;
constexpr std::uint64_t kMaxEntries = 2'000'000;  // With the directories that they need.
constexpr std::uint64_t kMaxNameBytes = std::uint64_t{256} << 20;

struct FreeArchive {
  void operator()(archive* reader) const { LibArchive().read_free(reader); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

std::string ReaderError(archive* reader) {
  const char* const text = LibArchive().error_string(reader);
  return text == nullptr ? "damaged" : text;
}

// What the system said when it was read; 0 if the archive is at fault: for that libarchive has
// EILSEQ, EINVAL and -1.
int SystemErrorOf(archive* reader) {
  const int error = LibArchive().error_number(reader);
  return error == EILSEQ || error == EINVAL || error < 0 ? 0 : error;
}

// UTF-8 as the archive says it, or else the bytes: a conversion to the locale may fail.
std::string_view EntryName(const char* utf8, const char* bytes) {
  return utf8 != nullptr ? utf8 : bytes != nullptr ? bytes : "";
}

// Writes entries below one directory.
class Unpacker final {
 public:
  Unpacker(std::string label, int directory, std::uint64_t max_bytes)
      : label_(std::move(label)), directory_(directory), bytes_left_(max_bytes) {}

  // All entries of a tar that `reader` has opened.
  absl::Status UnpackTar(archive* reader) {
    for (;;) {
      archive_entry* entry = nullptr;
      const int result = LibArchive().read_next_header(reader, &entry);
      if (result == ARCHIVE_EOF) {
        return absl::OkStatus();
      }
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
        return Failed(reader);
      }
      RETURN_IF_ERROR(CountEntry());
      RETURN_IF_ERROR(Unpack(reader, entry));
    }
  }

  // After this nothing more can be made: a path may lead through a link.
  absl::Status MakeSymbolicLinks() {
    for (const auto& [path, target] : links_) {
      RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
    }
    for (const auto& [path, target] : links_) {
      if (directories_.contains(path)) {
        return Wrong(absl::StrFormat("'%s' is a symbolic link and a directory", path));
      }
      unlinkat(directory_, path.c_str(), 0);
      if (symlinkat(target.c_str(), directory_, path.c_str()) != 0) {
        return SystemError(path);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Wrong(std::string_view what) const {
    return absl::InvalidArgumentError(absl::StrFormat("%s: %s", label_, std::string(what)));
  }

  // What is wrong with the archive, or why it could not be read.
  absl::Status Failed(archive* reader, const std::string& path = "") const {
    const std::string at = path.empty() ? "" : path + ": ";
    const int error = SystemErrorOf(reader);
    return error == 0 ? Wrong(at + ReaderError(reader))
                      : absl::ErrnoToStatus(error, label_ + (path.empty() ? "" : ": " + path));
  }

 private:
  absl::Status Unpack(archive* reader, archive_entry* entry) {
    const std::string_view typed =
        EntryName(LibArchive().entry_pathname_utf8(entry), LibArchive().entry_pathname(entry));
    if (typed == "." || typed == "./") {
      return absl::OkStatus();
    }
    const std::optional<std::string> path = NormalRelativePath(typed);
    if (!path.has_value()) {
      return Wrong(absl::StrFormat("'%s' would be written outside the package, or is too long",
                                   std::string(typed.substr(0, PATH_MAX))));
    }
    // What is passed over has to be unpacked as well.
    const auto size =
        static_cast<std::uint64_t>(std::max<std::int64_t>(LibArchive().entry_size(entry), 0));
    if (size > bytes_left_) {
      return Bomb();
    }
    const std::string_view hard_link =
        EntryName(LibArchive().entry_hardlink_utf8(entry), LibArchive().entry_hardlink(entry));
    if (!hard_link.empty() || LibArchive().entry_filetype(entry) != AE_IFREG) {
      bytes_left_ -= size;
    }
    if (!hard_link.empty()) {
      return UnpackHardLink(*path, hard_link);
    }
    switch (LibArchive().entry_filetype(entry)) {
      case AE_IFDIR:
        return MakeDirectories(*path);
      case AE_IFREG:
        return UnpackFile(reader, entry, *path);
      case AE_IFLNK:
        return NoteSymbolicLink(*path, EntryName(LibArchive().entry_symlink_utf8(entry),
                                                 LibArchive().entry_symlink(entry)));
      default:
        return Wrong(absl::StrFormat("'%s' is a device, pipe or socket", *path));
    }
  }

  // It may lead anywhere: packages have links into /usr or to /dev/null. Nothing is written through
  // it, neither here nor into the environment (OpenBeneath).
  absl::Status NoteSymbolicLink(const std::string& path, std::string_view target) {
    if (target.size() >= PATH_MAX) {
      return Wrong(
          absl::StrFormat("the target of the symbolic link '%s' has %d bytes, more than "
                          "any path can have",
                          path, target.size()));
    }
    if (target.empty() || path == "info") {
      return Wrong(
          absl::StrFormat("'%s' must not be a symbolic link to '%s'", path, std::string(target)));
    }
    links_.insert_or_assign(path, std::string(target));
    return CountNames(path.size() + target.size());
  }

  absl::Status UnpackHardLink(const std::string& path, std::string_view typed_target) {
    const std::optional<std::string> target = NormalRelativePath(typed_target);
    if (!target.has_value()) {
      return Wrong(absl::StrFormat("the hard link '%s' leads out of the package, to '%s'", path,
                                   std::string(typed_target.substr(0, PATH_MAX))));
    }
    if (const auto link = links_.find(*target); link != links_.end()) {
      return NoteSymbolicLink(path, std::string(link->second));
    }
    if (path == *target) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
    unlinkat(directory_, path.c_str(), 0);
    links_.erase(path);
    if (linkat(directory_, target->c_str(), directory_, path.c_str(), 0) != 0) {
      return errno == ENOENT || errno == EPERM
                 ? Wrong(absl::StrFormat("'%s' is a hard link to '%s', which is not a file of it",
                                         path, *target))
                 : SystemError(path);
    }
    return absl::OkStatus();
  }

  absl::Status UnpackFile(archive* reader, archive_entry* entry, const std::string& path) {
    RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
    const mode_t mode = (LibArchive().entry_perm(entry) & 0777) | 0600;
    FileDescriptor file(Create(path, mode));
    if (!file.ok() && errno == EEXIST) {  // A later entry of the same name wins.
      unlinkat(directory_, path.c_str(), 0);
      file = FileDescriptor(Create(path, mode));
    }
    if (!file.ok()) {
      return SystemError(path);
    }
    links_.erase(path);
    RETURN_IF_ERROR(CopyData(reader, entry, file.get(), path));
    if (LibArchive().entry_mtime_is_set(entry) != 0) {
      const timespec modified = {LibArchive().entry_mtime(entry),
                                 LibArchive().entry_mtime_nsec(entry)};
      const timespec times[2] = {modified, modified};
      futimens(file.get(), times);  // A time that the system cannot hold is no reason to fail.
    }
    return absl::OkStatus();
  }

  absl::Status Bomb() const {
    return Wrong("unpacks to far more than its size; a decompression bomb?");
  }

  int Create(const std::string& path, mode_t mode) const {
    return openat(directory_, path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  mode);
  }

  absl::Status CopyData(archive* reader, archive_entry* entry, int file, const std::string& path) {
    std::int64_t end = 0;
    for (;;) {
      const void* data = nullptr;
      std::size_t size = 0;
      std::int64_t offset = 0;
      const int result = LibArchive().read_data_block(reader, &data, &size, &offset);
      if (result == ARCHIVE_EOF) {
        break;
      }
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
        return Failed(reader, path);
      }
      // With the hole before it: whoever copies the file writes zeros there.
      const auto hole = static_cast<std::uint64_t>(offset - end);
      if (offset < end || hole > bytes_left_ || size > bytes_left_ - hole) {
        return Bomb();
      }
      bytes_left_ -= hole + size;
      RETURN_IF_ERROR(WriteAt(file, {static_cast<const char*>(data), size}, offset, path));
      end = offset + static_cast<std::int64_t>(size);
    }
    // What a sparse file ends with is a hole, of which the blocks say nothing.
    const std::int64_t size = LibArchive().entry_size(entry);
    if (size > end) {
      if (static_cast<std::uint64_t>(size - end) > bytes_left_) {
        return Bomb();
      }
      bytes_left_ -= static_cast<std::uint64_t>(size - end);
      if (ftruncate(file, size) != 0) {
        return SystemError(path);
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteAt(int file, std::string_view bytes, std::int64_t offset,
                       const std::string& path) const {
    while (!bytes.empty()) {
      const ssize_t written = pwrite(file, bytes.data(), bytes.size(), offset);
      if (written < 0 && errno != EINTR) {
        return SystemError(path);
      }
      if (written > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += written;
      }
    }
    return absl::OkStatus();
  }

  absl::Status MakeDirectories(std::string_view path) {
    if (path.empty() || directories_.contains(path)) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
    const std::string name(path);
    if (mkdirat(directory_, name.c_str(), 0777) != 0 && errno != EEXIST) {
      return SystemError(name);
    }
    directories_.insert(name);
    RETURN_IF_ERROR(CountEntry());
    return CountNames(name.size());
  }

  absl::Status CountEntry() {
    return ++entries_ <= kMaxEntries
               ? absl::OkStatus()
               : Wrong(absl::StrFormat("more than %d files and directories", kMaxEntries));
  }

  absl::Status CountNames(std::uint64_t bytes) {
    name_bytes_ += bytes;
    return name_bytes_ <= kMaxNameBytes ? absl::OkStatus() : Bomb();
  }

  absl::Status SystemError(const std::string& path) const {
    return absl::ErrnoToStatus(errno, label_ + ": " + path);
  }

  std::string label_;
  int directory_;
  std::uint64_t bytes_left_;
  std::uint64_t entries_ = 0;
  std::uint64_t name_bytes_ = 0;              // Of what is kept below.
  std::map<std::string, std::string> links_;  // To be made at the end.
  std::set<std::string, std::less<>> directories_;
};

// A file within a zip as the source of a second reader.
struct Member {
  archive* outer;
  static la_ssize_t Read(archive* inner, void* self, const void** data) {
    auto* const member = static_cast<Member*>(self);
    for (;;) {
      std::size_t size = 0;
      std::int64_t offset = 0;
      const int result = LibArchive().read_data_block(member->outer, data, &size, &offset);
      if (result == ARCHIVE_EOF) {
        return 0;
      }
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
        LibArchive().set_error(inner, LibArchive().error_number(member->outer), "%s",
                               ReaderError(member->outer).c_str());
        return -1;
      }
      if (size > 0) {
        return static_cast<la_ssize_t>(size);
      }
    }
  }
};

Archive NewTarReader() {
  Archive reader(LibArchive().read_new());
  LibArchive().read_support_format_tar(reader.get());
  LibArchive().read_support_filter_bzip2(reader.get());
  LibArchive().read_support_filter_zstd(reader.get());
  return reader;
}

absl::Status UnpackTarBz2(ArchiveFile* file, Unpacker* unpacker) {
  const Archive reader = NewTarReader();
  if (file->Open(reader.get()) != ARCHIVE_OK) {
    return unpacker->Failed(reader.get());
  }
  return unpacker->UnpackTar(reader.get());
}

absl::Status UnpackMember(archive* outer, Unpacker* unpacker) {
  const Archive inner = NewTarReader();
  Member member = {outer};
  if (LibArchive().read_open(inner.get(), &member, nullptr, &Member::Read, nullptr) != ARCHIVE_OK) {
    return unpacker->Failed(inner.get());
  }
  return unpacker->UnpackTar(inner.get());
}

// A zip of info-NAME.tar.zst and pkg-NAME.tar.zst, stored (CEP 35).
absl::Status UnpackConda(ArchiveFile* file, Unpacker* unpacker) {
  const Archive reader(LibArchive().read_new());
  LibArchive().read_support_format_zip(reader.get());
  if (file->Open(reader.get()) != ARCHIVE_OK) {
    return unpacker->Failed(reader.get());
  }
  bool has_info = false;
  bool has_files = false;
  for (;;) {
    archive_entry* entry = nullptr;
    const int result = LibArchive().read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) {
      break;
    }
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      return unpacker->Failed(reader.get());
    }
    const std::string_view name =
        EntryName(LibArchive().entry_pathname_utf8(entry), LibArchive().entry_pathname(entry));
    const bool is_info = name.starts_with("info-");
    if (name.ends_with(".tar.zst") && (is_info || name.starts_with("pkg-"))) {
      RETURN_IF_ERROR(UnpackMember(reader.get(), unpacker));
      (is_info ? has_info : has_files) = true;
    }
  }
  if (!has_info || !has_files) {
    return unpacker->Wrong(absl::StrFormat("has no part '%s'", has_info ? "pkg-" : "info-"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ExtractPackage(const std::string& archive, const std::string& directory) {
  const FileDescriptor target(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return target.ok() ? ExtractPackage(archive, target.get())
                     : absl::ErrnoToStatus(errno, directory);
}

absl::Status ExtractPackage(const std::string& archive, int directory) {
  RETURN_IF_ERROR(LoadLibArchive());
  struct stat status = {};
  if (stat(archive.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, archive);
  }
  Unpacker unpacker(archive, directory,
                    kFreeBytes + kBombRatio * static_cast<std::uint64_t>(status.st_size));
  ArchiveFile file(archive);
  const absl::Status unpacked =
      archive.ends_with(".conda") ? UnpackConda(&file, &unpacker) : UnpackTarBz2(&file, &unpacker);
  if (file.error() != 0) {  // It tells nothing about the archive.
    return absl::ErrnoToStatus(file.error(), archive);
  }
  RETURN_IF_ERROR(unpacked);
  RETURN_IF_ERROR(unpacker.MakeSymbolicLinks());
  if (faccessat(directory, "info/index.json", R_OK, AT_SYMLINK_NOFOLLOW) == 0) {
    return absl::OkStatus();
  }
  return errno == ENOENT || errno == ENOTDIR
             ? unpacker.Wrong("not a conda package: it has no info/index.json")
             : absl::ErrnoToStatus(errno, archive + ": info/index.json");
}

}  // namespace satchel
