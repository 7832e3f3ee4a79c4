#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// The directory for temporary files: the first of TMPDIR, /tmp, /var/tmp and the working directory
// that exists and is writable.
std::string TemporaryPlace();

// A directory for this process alone; removed with its content at the end.
class ScratchDirectory final {
 public:
  [[nodiscard]] static absl::StatusOr<ScratchDirectory> Make();
  ~ScratchDirectory();
  ScratchDirectory(ScratchDirectory&& other) noexcept;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

// Whether files can be created in `directory`; creates it if it does not exist.
bool CanWriteInto(const std::string& directory);

}  // namespace satchel
