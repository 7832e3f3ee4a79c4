#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// Where temporary files go: TMPDIR, /tmp, /var/tmp or the working directory, the first that is
// there and can be written.
std::string TemporaryPlace();

// A directory of this process alone, gone with its content at the end.
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

// Whether files can be made in `directory`, which is made if it is not there.
bool CanWriteInto(const std::string& directory);

}  // namespace satchel
