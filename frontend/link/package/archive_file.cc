#include "frontend/link/package/archive_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "frontend/link/package/archive_library.h"

namespace satchel {
namespace {

constexpr std::size_t kBlockBytes = 256 << 10;

}  // namespace

ArchiveFile::ArchiveFile(const std::string& path)
    : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)), block_(kBlockBytes) {
  error_ = file_.ok() ? 0 : errno;
}

int ArchiveFile::Open(archive* reader) {
  if (error_ != 0) {
    return ARCHIVE_FATAL;
  }
  LibArchive().read_set_read_callback(reader, &Read);
  LibArchive().read_set_seek_callback(reader, &Seek);
  LibArchive().read_set_callback_data(reader, this);
  return LibArchive().read_open1(reader);
}

la_ssize_t ArchiveFile::Read(archive* reader, void* self, const void** data) {
  auto* const source = static_cast<ArchiveFile*>(self);
  *data = source->block_.data();
  ssize_t size = -1;
  do {
    size = read(source->file_.get(), source->block_.data(), source->block_.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    source->error_ = errno;
    LibArchive().set_error(reader, errno, "cannot be read");
  }
  return size;
}

la_int64_t ArchiveFile::Seek(archive* reader, void* self, la_int64_t offset, int whence) {
  auto* const source = static_cast<ArchiveFile*>(self);
  const off_t place = lseek(source->file_.get(), offset, whence);
  if (place < 0) {
    source->error_ = errno;
    LibArchive().set_error(reader, errno, "cannot be read");
    return ARCHIVE_FATAL;
  }
  return place;
}

}  // namespace satchel
