#include "frontend/export/json_writer.h"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "repodata/json/json_text.h"

namespace satchel {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Whether nothing has to be escaped or checked: no byte is a control character, a quote, a
// backslash or beyond ASCII. Eight bytes at a time: nearly all of a plan's text goes through here.
bool IsPlain(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  const auto has_zero = [](std::uint64_t x) { return ((x - kOnes) & ~x & kHighs) != 0; };
  const auto is_plain = [&](std::uint64_t x) {
    const bool has_control = ((x - 0x20 * kOnes) & ~x & kHighs) != 0;
    return (x & kHighs) == 0 && !has_control && !has_zero(x ^ (kOnes * '"')) &&
           !has_zero(x ^ (kOnes * '\\'));
  };
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    if (!is_plain(word)) {
      return false;
    }
  }
  std::uint64_t rest = kOnes * ' ';
  std::memcpy(&rest, text.data(), text.size());
  return is_plain(rest);
}

void AppendEscaped(char c, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
    case '\\':
      out->append({'\\', c});
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    case '\b':
      out->append("\\b");
      return;
    case '\f':
      out->append("\\f");
      return;
    default:
      if (byte < 0x20) {
        out->append("\\u00").append({kHex[byte / 16], kHex[byte % 16]});
      } else {
        out->push_back(c);
      }
  }
}

template <typename Number>
void AppendNumber(Number value, std::string* out) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), end);
}

}  // namespace

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  text_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonWriter::End(char bracket) {
  --depth_;
  if (!is_first_) {
    text_ += Separator().substr(1);
  }
  text_ += bracket;
  is_first_ = false;
}

void JsonWriter::BeforeValue() {
  if (std::exchange(has_key_, false)) {
    return;
  }
  const bool is_first = std::exchange(is_first_, false);
  if (depth_ > 0) {
    text_ += Separator().substr(is_first ? 1 : 0);
  }
}

// ",\n" and the indentation, as one piece: there are thousands.
std::string_view JsonWriter::Separator() const {
  constexpr std::string_view kDeepest = ",\n                                ";
  const std::size_t size = 2 + 2 * static_cast<std::size_t>(depth_);
  SATCHEL_CHECK(size <= kDeepest.size());
  return kDeepest.substr(0, size);
}

void JsonWriter::Raw(std::string_view text) {
  BeforeValue();
  text_ += text;
}

void JsonWriter::Key(std::string_view key) {
  BeforeValue();
  Quote(key);
  text_ += ": ";
  has_key_ = true;
}

void JsonWriter::Write(std::string_view text) {
  BeforeValue();
  Quote(text);
}

void JsonWriter::Write(const std::vector<std::string>& texts) {
  BeginArray();
  for (const std::string& text : texts) {
    Write(text);
  }
  EndArray();
}

void JsonWriter::Write(double value) {
  BeforeValue();
  const std::size_t begin = text_.size();
  AppendNumber(value, &text_);
  if (text_.find_first_of(".e", begin) == std::string::npos) {
    text_ += ".0";
  }
}

void JsonWriter::WriteInteger(std::int64_t value) {
  BeforeValue();
  AppendNumber(value, &text_);
}

void JsonWriter::WriteInteger(std::uint64_t value) {
  BeforeValue();
  AppendNumber(value, &text_);
}

void JsonWriter::Quote(std::string_view text) {
  text_ += '"';
  if (IsPlain(text)) {
    text_ += text;
  } else {
    for (std::size_t bad = 0; bad != text.npos;) {
      bad = FindBadUtf8(text);
      for (const char c : text.substr(0, bad)) {
        AppendEscaped(c, &text_);
      }
      if (bad != text.npos) {
        text_ += kReplacement;
        text.remove_prefix(bad + 1);
      }
    }
  }
  text_ += '"';
}

void JsonWriter::WriteAgain(std::size_t begin, std::size_t end) {
  BeforeValue();
  text_.append(text_, begin, end - begin);
}

std::string JsonWriter::Take() && {
  text_ += '\n';
  return std::move(text_);
}

}  // namespace satchel
