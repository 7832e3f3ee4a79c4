#include "repodata/spec/regex_dialect.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"

namespace satchel {
namespace {

constexpr std::uint32_t kTooMany = 1'000'000;  // Repetitions, for PCRE2.

bool IsOctal(char c) {
  return c >= '0' && c <= '7';
}

int HexValue(char c) {
  return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
}

class Translator final {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  absl::StatusOr<std::string> Run() {
    while (!AtEnd()) {
      RETURN_IF_ERROR(Step());
    }
    return open_.empty() ? absl::StatusOr<std::string>(std::move(out_)) : Invalid("missing ')'");
  }

 private:
  // What stands before a quantifier.
  enum class Last { kNothing, kPosition, kAtom, kRepetition };
  struct Group {
    std::string_view name;
    bool open = true;
  };

  absl::Status Invalid(std::string_view why) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("invalid regular expression '%s': %s", pattern_, why));
  }
  absl::Status Unsupported(std::string_view what) const {
    return absl::UnimplementedError(
        absl::StrFormat("regular expression '%s': %s is not supported", pattern_, what));
  }

  bool AtEnd() const { return at_ >= pattern_.size(); }
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) {
      return false;
    }
    at_ += text.size();
    return true;
  }

  absl::Status Emit(std::string_view text, Last last) {
    out_ += text;
    last_ = last;
    return absl::OkStatus();
  }
  absl::Status EmitByte(int byte) {
    const char c = static_cast<char>(byte);
    return absl::ascii_isalnum(static_cast<unsigned char>(byte))
               ? Emit({&c, 1}, Last::kAtom)
               : Emit(absl::StrFormat("\\x%02x", byte), Last::kAtom);
  }

  absl::Status Step() {
    if (std::string quantifier; TakeQuantifier(&quantifier)) {
      return Quantify(quantifier);
    }
    const char c = pattern_[at_++];
    switch (c) {
      case '(':
        return OpenGroup();
      case ')':
        return CloseGroup();
      case '[':
        return Class();
      case '\\':
        return Escape();
      case '|':
        return Emit("|", Last::kNothing);
      case '^':
      case '$':
        return Emit({&c, 1}, Last::kPosition);
      case '.':
        return Emit(".", Last::kAtom);
      default:
        return EmitByte(static_cast<std::uint8_t>(c));
    }
  }

  // "*", "+", "?", "{m}", "{m,}", "{,n}", "{m,n}"; other braces are literal text.
  bool TakeQuantifier(std::string* quantifier) {
    for (const char* const sign : {"*", "+", "?"}) {
      if (Take(sign)) {
        *quantifier = sign;
        return true;
      }
    }
    const std::size_t begin = at_;
    std::uint32_t least = 0;
    std::uint32_t most = 0;
    if (Take("{")) {
      const bool has_least = TakeNumber(&least);
      const bool has_comma = Take(",");
      const bool has_most = has_comma && TakeNumber(&most);
      if ((has_least || has_comma) && Take("}")) {
        *quantifier = has_most    ? absl::StrFormat("{%d,%d}", least, most)
                      : has_comma ? absl::StrFormat("{%d,}", least)
                                  : absl::StrFormat("{%d}", least);
        return true;
      }
    }
    at_ = begin;
    return false;
  }

  bool TakeNumber(std::uint32_t* number) {
    const std::size_t begin = at_;
    while (absl::ascii_isdigit(Peek())) {
      *number = std::min(*number * 10 + static_cast<std::uint32_t>(Peek() - '0'), kTooMany);
      ++at_;
    }
    return at_ > begin;
  }

  absl::Status Quantify(std::string_view quantifier) {
    if (last_ == Last::kRepetition) {
      return Invalid("multiple repeat");
    }
    if (last_ != Last::kAtom) {  // Python repeats look-aheads, but not "^" and the like.
      return Invalid("nothing to repeat");
    }
    out_ += quantifier;
    const char* const kind = Take("?") ? "?" : Take("+") ? "+" : "";  // Lazy, possessive.
    return Emit(kind, Last::kRepetition);
  }

  absl::Status OpenGroup() {
    if (Take("?#")) {
      const std::size_t end = pattern_.find(')', at_);
      at_ = end + 1;
      return end != std::string_view::npos ? absl::OkStatus() : Invalid("an open comment");
    }
    if (Take("?P=")) {
      return NamedReference();
    }
    if (Take("?P<")) {
      return NamedGroup();
    }
    for (const char* const kind : {"?:", "?=", "?!", "?<=", "?<!", "?>"}) {
      if (Take(kind)) {
        return Open(std::string("(") + kind, std::nullopt);
      }
    }
    if (Take("?")) {
      return Flags();
    }
    return Open("(", "");
  }

  absl::Status Open(std::string_view text, std::optional<std::string_view> name) {
    open_.push_back(name.has_value() ? std::optional<std::size_t>(groups_.size()) : std::nullopt);
    if (name.has_value()) {
      groups_.push_back({.name = *name});
    }
    return Emit(text, Last::kNothing);
  }

  absl::Status CloseGroup() {
    if (open_.empty()) {
      return Invalid("unbalanced ')'");
    }
    if (open_.back().has_value()) {
      groups_[*open_.back()].open = false;
    }
    open_.pop_back();
    return Emit(")", Last::kAtom);
  }

  absl::Status TakeName(char end, std::string_view* name) {
    const std::size_t begin = at_;
    while (absl::ascii_isalnum(Peek()) || Peek() == '_') {
      ++at_;
    }
    *name = pattern_.substr(begin, at_ - begin);
    if (name->empty() || absl::ascii_isdigit(name->front()) || !Take({&end, 1})) {
      return Invalid("malformed group name");
    }
    return absl::OkStatus();
  }

  std::size_t IndexOf(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::find(groups_, name, &Group::name) -
                                    groups_.begin());
  }

  absl::Status NamedGroup() {
    std::string_view name;
    RETURN_IF_ERROR(TakeName('>', &name));
    if (IndexOf(name) < groups_.size()) {
      return Invalid("a group name is there twice");
    }
    return Open("(", name);
  }

  absl::Status NamedReference() {
    std::string_view name;
    RETURN_IF_ERROR(TakeName(')', &name));
    return Reference(IndexOf(name));
  }

  // To the group at `index`, which has to be complete.
  absl::Status Reference(std::size_t index) {
    if (index >= groups_.size() || groups_[index].open) {
      return Invalid("a reference to a group that is not there yet");
    }
    return Emit(absl::StrFormat("\\g{%d}", index + 1), Last::kAtom);
  }

  // "(?i)" at the start, "(?i-s:" for a part. Texts are bytes, so a and u change nothing.
  absl::Status Flags() {
    const bool is_first = out_.empty();
    std::string flags;
    for (; !AtEnd() && std::string_view("aimsuLx-").find(Peek()) != std::string_view::npos; ++at_) {
      if (Peek() == 'L' || Peek() == 'x') {
        return Unsupported(absl::StrFormat("the flag %c", Peek()));
      }
      flags += Peek() != 'a' && Peek() != 'u' ? std::string(1, Peek()) : "";
    }
    if (std::ranges::count(flags, '-') > 1 || flags.ends_with('-')) {
      return Invalid("malformed flags");
    }
    if (Take(":")) {
      return Open("(?" + flags + ":", std::nullopt);
    }
    if (Take(")") && is_first && flags.find('-') == std::string::npos) {
      return flags.empty() ? absl::OkStatus() : Emit("(?" + flags + ")", Last::kNothing);
    }
    return Peek() == '(' ? Unsupported("a conditional group")
                         : Invalid("an unknown kind of group, or flags that are not at the start");
  }

  absl::Status Escape() {
    if (AtEnd()) {
      return Invalid("bad escape at the end");
    }
    const char letter = pattern_[at_++];
    switch (letter) {
      case 'A':
        return Emit("\\A", Last::kPosition);
      case 'Z':
        return Emit("\\z", Last::kPosition);
      case 'b':
        return Emit("\\b", Last::kPosition);
      case 'B':
        return Emit("(?!\\A\\z)\\B", Last::kPosition);  // Python's, until 3.14.
      default:
        break;
    }
    if (IsClassLetter(letter)) {
      return Emit({pattern_.data() + at_ - 2, 2}, Last::kAtom);
    }
    const bool is_octal = letter == '0' || (IsOctal(letter) && IsOctal(Peek()) && IsOctal(Peek(1)));
    if (absl::ascii_isdigit(letter) && !is_octal) {
      std::size_t number = static_cast<std::size_t>(letter - '0');
      if (absl::ascii_isdigit(Peek())) {
        number = number * 10 + static_cast<std::size_t>(pattern_[at_++] - '0');
      }
      return Reference(number - 1);
    }
    int byte = 0;
    RETURN_IF_ERROR(TakeByte(letter, &byte));
    return EmitByte(byte);
  }

  static bool IsClassLetter(char letter) {
    return std::string_view("dDsSwW").find(letter) != std::string_view::npos;
  }

  // What the escape stands for whose first character was `letter`.
  absl::Status TakeByte(char letter, int* byte) {
    constexpr std::string_view kLetters = "tnrfva";
    constexpr std::string_view kBytes = "\t\n\r\f\v\a";
    if (const std::size_t at = kLetters.find(letter); at != std::string_view::npos) {
      *byte = kBytes[at];
      return absl::OkStatus();
    }
    if (letter == 'x') {
      if (!absl::ascii_isxdigit(Peek()) || !absl::ascii_isxdigit(Peek(1))) {
        return Invalid("incomplete escape \\x");
      }
      *byte = HexValue(Peek()) * 16 + HexValue(Peek(1));
      at_ += 2;
      return absl::OkStatus();
    }
    if (IsOctal(letter)) {
      *byte = letter - '0';
      for (int i = 0; i < 2 && IsOctal(Peek()); ++i) {
        *byte = *byte * 8 + (pattern_[at_++] - '0');
      }
      return *byte < 256 ? absl::OkStatus() : Invalid("an octal escape above \\377");
    }
    if (letter == 'u' || letter == 'U' || letter == 'N') {
      return Unsupported("an escape for a character by number or name");
    }
    if (absl::ascii_isalnum(letter)) {
      return Invalid("bad escape");
    }
    *byte = static_cast<std::uint8_t>(letter);
    return absl::OkStatus();
  }

  // One member of [...]: a class, with `*byte` = -1, or a byte.
  absl::Status ClassElement(int* byte) {
    const char c = pattern_[at_++];
    if (c != '\\') {
      *byte = static_cast<std::uint8_t>(c);
      return absl::OkStatus();
    }
    if (AtEnd()) {
      return Invalid("bad escape at the end");
    }
    const char letter = pattern_[at_++];
    if (IsClassLetter(letter)) {
      *byte = -1;
      out_ += {'\\', letter};
      return absl::OkStatus();
    }
    if (letter == 'b') {
      *byte = '\b';
      return absl::OkStatus();
    }
    return TakeByte(letter, byte);
  }

  absl::Status Class() {
    out_ += Take("^") ? "[^" : "[";
    for (bool first = true;; first = false) {
      if (AtEnd()) {
        return Invalid("unterminated character set");
      }
      if (!first && Take("]")) {
        return Emit("]", Last::kAtom);
      }
      int low = 0;
      RETURN_IF_ERROR(ClassElement(&low));
      int high = low;
      if (Peek() == '-' && at_ + 1 < pattern_.size() && Peek(1) != ']') {
        ++at_;
        RETURN_IF_ERROR(ClassElement(&high));
        if (low < 0 || high < 0 || low > high) {
          return Invalid("bad character range");
        }
      }
      if (low >= 0) {
        absl::StrAppendFormat(&out_, "\\x%02x", low);
        if (low != high) {
          absl::StrAppendFormat(&out_, "-\\x%02x", high);
        }
      }
    }
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string out_;
  Last last_ = Last::kNothing;
  std::vector<Group> groups_;                     // That capture, in the order of their numbers.
  std::vector<std::optional<std::size_t>> open_;  // The open ones; of those that do not, nothing.
};

}  // namespace

absl::StatusOr<std::string> PythonToPcre(std::string_view pattern) {
  return Translator(pattern).Run();
}

}  // namespace satchel
