#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// A file that appears under its name whole or not at all: it is written beside it and renamed by
// Commit(). Without a Commit() the destructor takes the unfinished file away.
//
// A failed write is remembered and told by Commit(), so that callers can append in a tight loop.
class CorpusFile final {
 public:
  // Makes the missing directories above `path` too.
  // Errors: kPermissionDenied, kNotFound or kUnknown, "path: why".
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

// Whether `path` is a readable file of exactly this content.
[[nodiscard]] bool FileHasContent(const std::string& path, std::string_view content);

}  // namespace satchel
