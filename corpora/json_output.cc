#include "corpora/json_output.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace satchel {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::string DigestHex(std::string_view bytes, const EVP_MD* algorithm) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // Fails only if the library lacks the algorithm, which is a broken build, not bad input.
  SATCHEL_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) == 1);
  std::string hex;
  hex.reserve(2 * std::size_t{size});
  for (unsigned int i = 0; i < size; ++i) {
    hex += kHexDigits[digest[i] >> 4];
    hex += kHexDigits[digest[i] & 15];
  }
  return hex;
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
  return DigestHex(bytes, EVP_md5());
}

std::string MadeUpSha256(std::string_view bytes) {
  return DigestHex(bytes, EVP_sha256());
}

}  // namespace satchel
