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

#include "base/shared_library.h"

namespace satchel {
namespace {

struct NettleLibrary {
  decltype(&nettle_sha256_init) init_sha256;
  decltype(&nettle_sha256_update) update_sha256;
  decltype(&nettle_sha256_digest) digest_sha256;
  decltype(&nettle_md5_init) init_md5;
  decltype(&nettle_md5_update) update_md5;
  decltype(&nettle_md5_digest) digest_md5;
};

const NettleLibrary& Nettle() {
  static const LibraryFunctions<NettleLibrary> loaded(
      SATCHEL_NETTLE_SONAME,
      "hashes are computed with nettle: install it (in Debian: apt install "
      "libnettle8)",
      [](SharedLibrary& library, NettleLibrary& nettle) {
        library.Find("nettle_sha256_init", &nettle.init_sha256);
        library.Find("nettle_sha256_update", &nettle.update_sha256);
        library.Find("nettle_sha256_digest", &nettle.digest_sha256);
        library.Find("nettle_md5_init", &nettle.init_md5);
        library.Find("nettle_md5_update", &nettle.update_md5);
        library.Find("nettle_md5_digest", &nettle.digest_md5);
        library.EndProcessIfMissing();
        return library.status();
      });
  return loaded.functions();
}

}  // namespace

// nettle's contexts under a name that the header may say.
struct Digest::State {
  std::variant<sha256_ctx, md5_ctx> context;
};

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  if (kind == Kind::kSha256) {
    Nettle().init_sha256(&state_->context.emplace<sha256_ctx>());
  } else {
    Nettle().init_md5(&state_->context.emplace<md5_ctx>());
  }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::Update(std::string_view bytes) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (auto* const sha256 = std::get_if<sha256_ctx>(&state_->context)) {
    Nettle().update_sha256(sha256, bytes.size(), data);
  } else {
    Nettle().update_md5(&std::get<md5_ctx>(state_->context), bytes.size(), data);
  }
}

std::string Digest::Hex() && {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;  // The larger of the two.
  std::size_t size = SHA256_DIGEST_SIZE;
  if (auto* const sha256 = std::get_if<sha256_ctx>(&state_->context)) {
    Nettle().digest_sha256(sha256, size, digest.data());
  } else {
    size = MD5_DIGEST_SIZE;
    Nettle().digest_md5(&std::get<md5_ctx>(state_->context), size, digest.data());
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
