#pragma once

#include <string_view>

namespace satchel {

// Whether the text is a hash of that kind, "sha256" or "md5", in lower-case hex digits.
inline bool IsHash(std::string_view text, std::string_view kind) {
  return text.size() == (kind == "md5" ? 32 : 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace satchel
