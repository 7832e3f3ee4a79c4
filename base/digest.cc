// The only file that includes nettle.

#include "base/digest.h"

#include <fcntl.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <variant>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"

namespace satchel {

// nettle's contexts under a name that the header may say.
struct Digest::State {
  std::variant<sha256_ctx, md5_ctx> context;
};

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  if (kind == Kind::kSha256) {
    sha256_init(&state_->context.emplace<sha256_ctx>());
  } else {
    md5_init(&state_->context.emplace<md5_ctx>());
  }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::Update(std::string_view bytes) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (auto* const sha256 = std::get_if<sha256_ctx>(&state_->context)) {
    sha256_update(sha256, bytes.size(), data);
  } else {
    md5_update(&std::get<md5_ctx>(state_->context), bytes.size(), data);
  }
}

std::string Digest::Hex() && {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;  // The larger of the two.
  std::size_t size = SHA256_DIGEST_SIZE;
  if (auto* const sha256 = std::get_if<sha256_ctx>(&state_->context)) {
    sha256_digest(sha256, size, digest.data());
  } else {
    size = MD5_DIGEST_SIZE;
    md5_digest(&std::get<md5_ctx>(state_->context), size, digest.data());
  }
  return ToHex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string Sha256Hex(std::string_view bytes) {
  Digest digest(Digest::Kind::kSha256);
  digest.Update(bytes);
  return std::move(digest).Hex();
}

absl::StatusOr<std::string> FileDigest(Digest::Kind kind, const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  const auto close_file = absl::MakeCleanup([fd] { close(fd); });
  Digest digest(kind);
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size == 0) {
      return std::move(digest).Hex();
    }
    if (size > 0) {
      digest.Update({buffer.data(), static_cast<std::size_t>(size)});
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
  }
}

std::string ToHex(std::string_view bytes) {
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

}  // namespace satchel
