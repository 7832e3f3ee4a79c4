#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace satchel {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsHarmlessByte(unsigned char byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t';
}

// Nearly all text is, so eight bytes at once: `word` has none below 0x20, and none above 0x7e. A
// borrow or carry into the next byte can only come from a byte that tells by itself.
bool IsPlain(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x80 * kOnes;
  return (((word - 0x20 * kOnes) | word | (word + kOnes)) & kHighBits) == 0;
}

std::size_t HarmlessPrefix(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    std::uint64_t word;
    for (; at + sizeof word <= text.size(); at += sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if (!IsPlain(word)) {
        break;
      }
    }
    // Usually a line break: the rest of these eight.
    const std::size_t end = std::min(text.size(), at + sizeof word);
    for (; at < end; ++at) {
      if (!IsHarmlessByte(static_cast<unsigned char>(text[at]))) {
        return at;
      }
    }
    if (at == text.size()) {
      return at;
    }
  }
}

struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;  // In bytes; 0 for what is no UTF-8.
};

// RFC 3629: no surrogates, nothing beyond U+10FFFF, nothing longer than need be.
Character FirstCharacter(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) {
    return {};
  }
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return {};
    }
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool is_valid = size == 2 ||
                        (size == 3 && code >= 0x800 && (code < 0xd800 || code > 0xdfff)) ||
                        (size == 4 && code >= 0x10000 && code <= 0x10ffff);
  return is_valid ? Character{code, size} : Character{};
}

bool IsHarmful(std::uint32_t code) {
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  // U+200C and U+200D are part of words in some scripts.
  static constexpr Range kRanges[] = {
      {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b},
      {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}};
  return std::ranges::any_of(
      kRanges, [code](const Range& range) { return range.first <= code && code <= range.last; });
}

// Of what IsHarmful() says, which is all below U+10000.
void AppendEscape(std::uint32_t code, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) {
    *out += kHex[code >> (shift - 4) & 0xfU];
  }
}

constexpr std::array<std::string_view, 5> kStyles = {"0", "1", "31", "32", "33"};

// The length of a control sequence that Styled() makes; 0 if `text` does not begin with one.
std::size_t StyleSequence(std::string_view text) {
  const std::size_t end = text.find('m');
  if (!text.starts_with("\x1b[") || end == std::string_view::npos) {
    return 0;
  }
  return std::ranges::count(kStyles, text.substr(2, end - 2)) > 0 ? end + 1 : 0;
}

std::string Escaped(std::string_view text, bool keep_styles) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = HarmlessPrefix(text);
    printable += text.substr(0, taken);
    text.remove_prefix(taken);
    if (text.empty()) {
      break;
    }
    const Character character = FirstCharacter(text);
    taken = keep_styles ? StyleSequence(text) : 0;
    if (taken == 0 && character.size == 0) {
      printable += kReplacement;
      taken = 1;
    } else if (taken == 0 && (character.code < 0x20 || IsHarmful(character.code))) {
      AppendEscape(character.code, &printable);
      taken = character.size;
    } else {
      taken = std::max(taken, character.size);
      printable += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return printable;
}

}  // namespace

std::string Printable(std::string_view text) {
  return Escaped(text, /*keep_styles=*/false);
}

std::string PrintableLine(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return Printable(line);
}

std::string Styled(std::string_view text, std::string_view style) {
  return "\x1b[" + std::string(style) + "m" + Printable(text) + "\x1b[0m";
}

std::string PrintableStyled(std::string_view text) {
  return Escaped(text, /*keep_styles=*/true);
}

}  // namespace satchel
