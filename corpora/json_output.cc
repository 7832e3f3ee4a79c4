#include "corpora/json_output.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>

#include <array>
#include <cstdint>

#include "absl/strings/escaping.h"

namespace satchel {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::string Hex(const std::uint8_t* digest, std::size_t size) {
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), size});
}

const std::uint8_t* Bytes(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out->append("\\u00");
      out->push_back(kHexDigits[static_cast<unsigned char>(c) >> 4]);
      out->push_back(kHexDigits[c & 15]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

std::string MadeUpMd5(std::string_view bytes) {
  md5_ctx state;
  md5_init(&state);
  md5_update(&state, bytes.size(), Bytes(bytes));
  std::array<std::uint8_t, MD5_DIGEST_SIZE> digest;
  md5_digest(&state, digest.size(), digest.data());
  return Hex(digest.data(), digest.size());
}

std::string MadeUpSha256(std::string_view bytes) {
  sha256_ctx state;
  sha256_init(&state);
  sha256_update(&state, bytes.size(), Bytes(bytes));
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;
  sha256_digest(&state, digest.size(), digest.data());
  return Hex(digest.data(), digest.size());
}

}  // namespace satchel
