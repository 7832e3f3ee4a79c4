#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/digest.h"

namespace satchel {

// A file being fetched: <destination>.part until it is complete and verified. Continues what an
// interrupted process left there. Locked against other processes; if another process holds the
// lock, this object uses a file with its own name.
class PartialFile final {
 public:
  // The expected properties of the finished file; 0 and empty: not known.
  struct Expected {
    std::uint64_t size_bytes = 0;
    std::string sha256;
    std::string md5;
    bool has_hash() const { return !sha256.empty() || !md5.empty(); }
  };

  // Errors: system errors.
  [[nodiscard]] static absl::StatusOr<PartialFile> Open(const std::string& destination,
                                                        Expected expected);
  ~PartialFile();  // Keeps the bytes for the next time, but not an empty file.
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;

  std::uint64_t size() const { return size_; }
  // The server's name (ETag) for the version that these bytes begin.
  const std::string& validator() const { return validator_; }

  // Whether it suffices to fetch the rest: a later check detects a rest that does not fit these
  // bytes.
  bool CanBeContinued() const { return expected_.has_hash() || !validator_.empty(); }

  // Starts from nothing, for the version that `validator` names (may be empty).
  [[nodiscard]] absl::Status Restart(const std::string& validator);
  // Errors: system errors; kDataLoss if the file becomes longer than expected.
  [[nodiscard]] absl::Status Append(std::string_view bytes);
  // Verifies the file and gives it its name. Errors: kDataLoss "has N bytes, should have M",
  // "sha256 is X, should be Y"; then the bytes are dropped.
  [[nodiscard]] absl::Status Commit();

 private:
  PartialFile() = default;
  absl::Status OpenLocked();
  absl::Status LoadRest();
  absl::Status Verify();
  std::string ValidatorPath() const { return path_ + ".etag"; }

  std::string destination_;
  std::string path_;
  Expected expected_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  std::string validator_;
  std::optional<Digest> digest_;
};

}  // namespace satchel
