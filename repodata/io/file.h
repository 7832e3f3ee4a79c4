#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "repodata/index/checksum.h"
#include "repodata/json/text_buffer.h"

namespace satchel {

// File-system metadata: as long as it stays the same, so does the content.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Errors: kNotFound, kPermissionDenied, kUnavailable (any other system error).
[[nodiscard]] absl::StatusOr<FileStamp> StampOf(const std::string& path);

// The identity of a file at the time it was read.
struct FileIdentity {
  FileStamp stamp;
  ContentHash content;  // Of the bytes read.
  // Whether any later change is visible in the stamp. False if the file changed while it was read,
  // or so shortly before that another change could have the same time (file systems count in ticks
  // of up to two seconds).
  bool is_settled = false;
};

// The text of a file, decompressed if needed, padded. `label` names it in messages. `identity` may
// be null. Errors: kNotFound, kPermissionDenied, kUnavailable, or those of Decompressor.
[[nodiscard]] absl::StatusOr<TextBuffer> ReadTextFile(const std::string& path,
                                                      const std::string& label,
                                                      std::uint64_t max_bytes,
                                                      FileIdentity* identity = nullptr);

// Reads the file for its identity only. Cost: that of reading. Errors: as above.
[[nodiscard]] absl::StatusOr<FileIdentity> IdentifyFile(const std::string& path);

}  // namespace satchel
