#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// A file that appears under its name completely or not at all: it is written beside its
// destination, and Commit() renames it. Without a Commit() the destructor removes the unfinished
// file.
//
// Commit() reports a failed write, so that callers can append in a tight loop.
class CorpusFile final {
 public:
  // Also creates missing directories above `path`. Errors: kPermissionDenied, kNotFound or
  // kUnknown, "path: why".
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<CorpusFile>> Create(const std::string& path);

  ~CorpusFile();
  CorpusFile(const CorpusFile&) = delete;
  CorpusFile& operator=(const CorpusFile&) = delete;

  void Append(std::string_view text);
  [[nodiscard]] absl::Status Commit();

 private:
  CorpusFile(std::string path, std::string temporary_path, std::FILE* file);

  std::string path_;
  std::string temporary_path_;
  std::FILE* file_;  // Null once closed.
  int error_ = 0;    // errno of the first failed write.
};

// Whether `path` is a readable file with exactly this content.
[[nodiscard]] bool FileHasContent(const std::string& path, std::string_view content);

}  // namespace satchel
