// The parts of regular expressions that stand for one character: escapes and [...].

#include "absl/status/status.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/regex.h"
#include "repodata/regex_compiler.h"

namespace satchel {
namespace {

int HexValue(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return IsDigit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool RegexCompiler::TakeClassEscape(char letter, ByteSet* set) {
  ByteSet members = {};
  switch (letter | 0x20) {
    case 'd':
      Add(&members, '0', '9');
      break;
    case 'w':
      Add(&members, '0', '9');
      Add(&members, 'a', 'z');
      Add(&members, 'A', 'Z');
      Add(&members, '_', '_');
      break;
    case 's':
      Add(&members, '\t', '\r');
      Add(&members, ' ', ' ');
      break;
    default:
      return false;
  }
  Join(set, letter >= 'a' ? members : Negated(members));
  return true;
}

absl::Status RegexCompiler::TakeByteEscape(char letter, int* byte) {
  constexpr std::string_view kLetters = "tnrfva";
  constexpr std::string_view kBytes = "\t\n\r\f\v\a";
  if (const std::size_t at = kLetters.find(letter); at != std::string_view::npos) {
    *byte = kBytes[at];
    return absl::OkStatus();
  }
  if (letter == 'x') {
    const int high = at_ < pattern_.size() ? HexValue(pattern_[at_]) : -1;
    const int low = at_ + 1 < pattern_.size() ? HexValue(pattern_[at_ + 1]) : -1;
    if (high < 0 || low < 0) {
      return Invalid("incomplete escape \\x");
    }
    at_ += 2;
    *byte = high * 16 + low;
    return absl::OkStatus();
  }
  if (IsDigit(letter)) {
    return Unsupported("a back-reference or octal escape");
  }
  if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
    return Invalid("bad escape");
  }
  *byte = static_cast<std::uint8_t>(letter);
  return absl::OkStatus();
}

absl::Status RegexCompiler::Escape() {
  Take("\\");
  if (AtEnd()) {
    return Invalid("bad escape at the end");
  }
  const char letter = pattern_[at_++];
  switch (letter) {
    case 'A':
      return Emit(Op::kBegin);
    case 'Z':
      return Emit(Op::kVeryEnd);
    case 'b':
      return Emit(Op::kWordBoundary);
    case 'B':
      return Emit(Op::kNotWordBoundary);
    default:
      break;
  }
  ByteSet set = {};
  if (!TakeClassEscape(letter, &set)) {
    int byte = 0;
    RETURN_IF_ERROR(TakeByteEscape(letter, &byte));
    Add(&set, byte, byte);
  }
  return EmitSet(set);
}

// One member of [...]: a class, with `*byte` = -1, or a byte.
absl::Status RegexCompiler::ClassElement(ByteSet* set, int* byte) {
  const char c = pattern_[at_++];
  if (c != '\\') {
    *byte = static_cast<std::uint8_t>(c);
    return absl::OkStatus();
  }
  if (AtEnd()) {
    return Invalid("bad escape at the end");
  }
  const char letter = pattern_[at_++];
  *byte = -1;
  if (TakeClassEscape(letter, set)) {
    return absl::OkStatus();
  }
  if (letter == 'b') {
    *byte = '\b';
    return absl::OkStatus();
  }
  return TakeByteEscape(letter, byte);
}

absl::Status RegexCompiler::Class() {
  Take("[");
  const bool negated = Take("^");
  ByteSet set = {};
  for (bool first = true;; first = false) {
    if (AtEnd()) {
      return Invalid("unterminated character set");
    }
    if (!first && Take("]")) {
      return EmitSet(negated ? Negated(set) : set);
    }
    int low = 0;
    RETURN_IF_ERROR(ClassElement(&set, &low));
    if (Looking("-") && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
      ++at_;
      int high = 0;
      RETURN_IF_ERROR(ClassElement(&set, &high));
      if (low < 0 || high < 0 || low > high) {
        return Invalid("bad character range");
      }
      Add(&set, low, high);
    } else if (low >= 0) {
      Add(&set, low, low);
    }
  }
}

}  // namespace satchel
