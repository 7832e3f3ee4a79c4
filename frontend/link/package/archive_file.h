#pragma once

#include <archive.h>

#include <string>
#include <vector>

#include "base/file_descriptor.h"

namespace satchel {

// An archive's file as the source of a reader of libarchive, which takes some errors of reading for
// the end of the file.
class ArchiveFile final {
 public:
  explicit ArchiveFile(const std::string& path);

  // As archive_read_open_filename(). The file must outlive the reader.
  int Open(archive* reader);

  // The system's error when the file was opened or read; 0 if there was none.
  int error() const { return error_; }

 private:
  static la_ssize_t Read(archive* reader, void* self, const void** data);
  static la_int64_t Seek(archive* reader, void* self, la_int64_t offset, int whence);

  FileDescriptor file_;
  int error_ = 0;
  std::vector<char> block_;
};

}  // namespace satchel
