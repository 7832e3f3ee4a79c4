#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// A hash over bytes that arrive in pieces.
class Digest final {
 public:
  enum class Kind { kSha256, kMd5 };

  explicit Digest(Kind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void Update(std::string_view bytes);
  // The digest of all bytes so far, as lower-case hex digits. The object cannot be used afterwards.
  std::string Hex() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(std::string_view bytes);

// Reads the file as a stream. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::string> FileDigest(Digest::Kind kind, const std::string& path);

// The hex digits of bytes, in lower case.
std::string ToHex(std::string_view bytes);

}  // namespace satchel
