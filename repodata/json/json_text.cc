#include "repodata/json/json_text.h"

#include <charconv>
#include <cmath>

#include "base/strings.h"

namespace satchel {
namespace {

// Drops the digits at the front; false if there is none.
bool SkipDigits(std::string_view& text) {
  const std::size_t start = text.size();
  while (!text.empty() && IsDigit(text.front())) {
    text.remove_prefix(1);
  }
  return text.size() != start;
}

// The four hex digits of a \u escape at `at`.
std::optional<std::uint32_t> HexUnit(std::string_view raw, std::size_t at) {
  if (raw.size() < at + 4) {
    return std::nullopt;
  }
  std::uint32_t unit = 0;
  const char* const first = raw.data() + at;
  const auto [end, error] = std::from_chars(first, first + 4, unit, 16);
  if (error != std::errc() || end != first + 4) {
    return std::nullopt;
  }
  return unit;
}

char* PutUtf8(std::uint32_t point, char* to) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (point < 0x80) {
    *to++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *to++ = static_cast<char>(0xC0 | (point >> 6));
    *to++ = tail(point);
  } else if (point < 0x10000) {
    *to++ = static_cast<char>(0xE0 | (point >> 12));
    *to++ = tail(point >> 6);
    *to++ = tail(point);
  } else {
    *to++ = static_cast<char>(0xF0 | (point >> 18));
    *to++ = tail(point >> 12);
    *to++ = tail(point >> 6);
    *to++ = tail(point);
  }
  return to;
}

// The code point of the \u escape whose digits start at `at`, which moves behind it and behind the
// second half of a pair.
std::optional<std::uint32_t> CodePoint(std::string_view raw, std::size_t& at) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  const std::optional<std::uint32_t> unit = HexUnit(raw, at);
  if (!unit.has_value()) {
    return std::nullopt;
  }
  at += 4;
  if (*unit < 0xD800 || *unit > 0xDFFF) {
    return unit;
  }
  if (*unit <= 0xDBFF && raw.substr(at, 2) == "\\u") {
    const std::optional<std::uint32_t> low = HexUnit(raw, at + 2);
    if (low.has_value() && *low >= 0xDC00 && *low <= 0xDFFF) {
      at += 6;
      return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
    }
  }
  return kReplacement;
}

char SimpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

// The length of the UTF-8 sequence at the start of `text`, 0 if it is malformed.
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return is_tail(1) ? 2 : 0;
  }
  if ((first & 0xF0) == 0xE0) {
    const bool is_overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool is_surrogate = first == 0xED && byte(1) >= 0xA0;
    return is_tail(1) && is_tail(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_overlong = first == 0xF0 && byte(1) < 0x90;
    const bool is_too_great = first == 0xF4 && byte(1) >= 0x90;
    return is_tail(1) && is_tail(2) && is_tail(3) && !is_overlong && !is_too_great ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsJsonNumber(std::string_view token) {
  if (!token.empty() && token.front() == '-') {
    token.remove_prefix(1);
  }
  const bool has_leading_zero = token.size() > 1 && token[0] == '0' && IsDigit(token[1]);
  if (has_leading_zero || !SkipDigits(token)) {
    return false;
  }
  if (!token.empty() && token.front() == '.') {
    token.remove_prefix(1);
    if (!SkipDigits(token)) {
      return false;
    }
  }
  if (!token.empty() && (token.front() == 'e' || token.front() == 'E')) {
    token.remove_prefix(1);
    if (!token.empty() && (token.front() == '+' || token.front() == '-')) {
      token.remove_prefix(1);
    }
    if (!SkipDigits(token)) {
      return false;
    }
  }
  return token.empty();
}

std::optional<std::uint64_t> UnsignedNumber(std::string_view token) {
  std::uint64_t value = 0;
  const char* const end = token.data() + token.size();
  const auto [at, error] = std::from_chars(token.data(), end, value);
  if (error != std::errc() || at != end) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> WholeNumber(std::string_view token) {
  std::int64_t value = 0;
  const char* const end = token.data() + token.size();
  const auto [at, error] = std::from_chars(token.data(), end, value);
  if (error == std::errc() && at == end) {
    return value;
  }
  double real = 0;
  const auto [real_at, real_error] = std::from_chars(token.data(), end, real);
  constexpr double kMaxExact = 9007199254740992.0;  // 2^53.
  if (real_error != std::errc() || real_at != end || !(std::abs(real) <= kMaxExact) ||
      real != std::trunc(real)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(real);
}

std::optional<std::string_view> UnescapeJson(std::string_view raw, TextArena& arena) {
  // An escape is never shorter than what it stands for: \uXXXX is six bytes, UTF-8 at most three,
  // and twelve for four.
  char* const first = arena.Allocate(raw.size());
  char* to = first;
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at++];
    if (c != '\\') {
      *to++ = c;
      continue;
    }
    if (at == raw.size()) {
      return std::nullopt;
    }
    const char kind = raw[at++];
    if (kind == 'u') {
      const std::optional<std::uint32_t> point = CodePoint(raw, at);
      if (!point.has_value()) {
        return std::nullopt;
      }
      to = PutUtf8(*point, to);
      continue;
    }
    *to = SimpleEscape(kind);
    if (*to++ == '\0') {
      return std::nullopt;
    }
  }
  return std::string_view(first, static_cast<std::size_t>(to - first));
}

std::size_t FindBadUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = Utf8Length(text.substr(at));
    if (length == 0) {
      return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

std::size_t FindBadString(std::string_view text) {
  std::size_t start = std::string_view::npos;  // Of the string that we are in.
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      start = start == std::string_view::npos ? at : std::string_view::npos;
    } else if (start != std::string_view::npos) {
      if (static_cast<unsigned char>(c) < 0x20) {
        return at;
      }
      at += c == '\\' ? 1 : 0;
    }
  }
  return start;
}

}  // namespace satchel
