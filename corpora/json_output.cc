#include "corpora/json_output.h"

#include <utility>

#include "base/digest.h"

namespace satchel {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

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
  Digest digest(Digest::Kind::kMd5);
  digest.Update(bytes);
  return std::move(digest).Hex();
}

std::string MadeUpSha256(std::string_view bytes) {
  return Sha256Hex(bytes);
}

}  // namespace satchel
