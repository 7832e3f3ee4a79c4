#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "repodata/json/text_arena.h"

namespace satchel {

// The scalars of JSON (RFC 8259), as the reader needs them: simdjson rejects numbers that it cannot
// represent and strings that are not Unicode, but in an unused field these are no error.

// Whether `token` is a number by the grammar, of any size.
bool IsJsonNumber(std::string_view token);

// The value of a number of one to eighteen digits, without other checks: this covers nearly all
// numbers and is four times as fast as the two functions below.
inline std::optional<std::uint64_t> PlainNumber(std::string_view token) {
  if (token.empty() || token.size() > 18 || (token[0] == '0' && token.size() > 1)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// The value of a number if it is an integer that fits; "1.0" and "1e3" are integers.
std::optional<std::int64_t> WholeNumber(std::string_view token);
// The same for a number written as digits only, up to 2^64 - 1.
std::optional<std::uint64_t> UnsignedNumber(std::string_view token);

// The text between the quotes, with its escapes resolved, in `arena`. A lone surrogate becomes
// U+FFFD. Nothing if an escape is malformed.
std::optional<std::string_view> UnescapeJson(std::string_view raw, TextArena& arena);

// The position of the first invalid UTF-8; npos if there is none.
std::size_t FindBadUtf8(std::string_view text);

// The position of the first control character inside a string, or the start of an unterminated
// string; npos if there is neither.
std::size_t FindBadString(std::string_view text);

}  // namespace satchel
