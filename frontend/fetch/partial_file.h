#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/digest.h"

namespace satchel {

// A file that is being fetched: <destination>.part until it is whole and verified. What an
// interrupted process left there is gone on with. Locked against other processes; where another one
// holds the lock, this object works on a file of its own name.
class PartialFile final {
 public:
  // What the finished file must be; 0 and empty: not known.
  struct Expected {
    std::uint64_t size_bytes = 0;
    std::string sha256;
    std::string md5;
    bool has_hash() const { return !sha256.empty() || !md5.empty(); }
  };

  // Errors: what the system says.
  [[nodiscard]] static absl::StatusOr<PartialFile> Open(const std::string& destination,
                                                        Expected expected);
  ~PartialFile();  // Keeps the bytes for the next time, but no empty file.
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;

  std::uint64_t size() const { return size_; }
  // The server's name (ETag) for the version of which these bytes are the beginning.
  const std::string& validator() const { return validator_; }

  // Whether the end can be fetched alone: something will tell if it does not fit these bytes.
  bool CanBeContinued() const { return expected_.has_hash() || !validator_.empty(); }

  // From nothing, for the version that `validator` names (which may be empty).
  [[nodiscard]] absl::Status Restart(const std::string& validator);
  // Errors: what the system says; kDataLoss if the file becomes longer than expected.
  [[nodiscard]] absl::Status Append(std::string_view bytes);
  // Verifies and gives the file its name. Errors: kDataLoss "has N bytes, should have M", "sha256
  // is X, should be Y"; then the bytes are dropped.
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
