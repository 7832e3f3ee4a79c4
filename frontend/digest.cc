// The only file that includes OpenSSL.

#include "frontend/digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include <openssl/evp.h>

#include "absl/cleanup/cleanup.h"

#include "base/check.h"

namespace satchel {

// OpenSSL's context under a name that the header may say.
struct Digest::State {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();

  State() = default;
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  const EVP_MD* const method = kind == Kind::kSha256 ? EVP_sha256() : EVP_md5();
  SATCHEL_CHECK(state_->context != nullptr);
  SATCHEL_CHECK(EVP_DigestInit_ex(state_->context, method, nullptr) == 1);
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::Update(std::string_view bytes) {
  SATCHEL_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Digest::Hex() && {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  SATCHEL_CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), &size) == 1);
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
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHex[byte / 16];
    text += kHex[byte % 16];
  }
  return text;
}

}  // namespace satchel
