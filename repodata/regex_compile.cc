// Turns the text of a regular expression into the program that regex.cc runs: a recursive descent
// over the usual grammar, emitting instructions as it goes.
//
//   alternatives = sequence ("|" sequence)*      sequence = (atom quantifier?)*
//
// A quantified atom is compiled once; then its program is copied for each repetition. The tests are
// in tests/repodata/regex_test.cc.

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/regex.h"

namespace satchel {
namespace {

constexpr int kMaxDepth = 20;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

int HexValue(char c) {
  if (IsDigit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

class RegexCompiler final {
 public:
  explicit RegexCompiler(std::string_view pattern) : pattern_(pattern) {}

  absl::StatusOr<Regex> Compile() {
    RETURN_IF_ERROR(Alternatives(0));
    if (at_ < pattern_.size()) {
      return Invalid("unbalanced ')'");
    }
    RETURN_IF_ERROR(Emit(Regex::Op::kMatch));
    return std::move(regex_);
  }

 private:
  using Op = Regex::Op;
  using ByteSet = Regex::ByteSet;
  static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

  struct Quantifier {
    std::uint32_t least = 1;
    std::uint32_t most = 1;
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
  bool Looking(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool Take(std::string_view text) {
    if (!Looking(text)) {
      return false;
    }
    at_ += text.size();
    return true;
  }

  std::uint32_t Here() const { return static_cast<std::uint32_t>(regex_.program_.size()); }

  absl::Status Emit(Op op, std::uint32_t x = 0, std::uint32_t y = 0) {
    if (regex_.program_.size() >= Regex::kMaxProgram) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("regular expression '%s' is too large", pattern_));
    }
    Regex::Instruction instruction;
    instruction.op = op;
    instruction.x = x;
    instruction.y = y;
    regex_.program_.push_back(instruction);
    return absl::OkStatus();
  }

  absl::Status EmitSet(const ByteSet& set) {
    for (std::size_t i = 0; i < regex_.sets_.size(); ++i) {
      if (regex_.sets_[i] == set) {
        return Emit(Op::kByteSet, static_cast<std::uint32_t>(i));
      }
    }
    regex_.sets_.push_back(set);
    return Emit(Op::kByteSet, static_cast<std::uint32_t>(regex_.sets_.size() - 1));
  }

  static void Add(ByteSet* set, int first, int last) {
    for (int byte = first; byte <= last; ++byte) {
      (*set)[static_cast<std::size_t>(byte >> 6)] |= std::uint64_t{1} << (byte & 63);
    }
  }
  static void Join(ByteSet* set, const ByteSet& other) {
    for (std::size_t i = 0; i < set->size(); ++i) {
      (*set)[i] |= other[i];
    }
  }
  static ByteSet Negated(ByteSet set) {
    for (std::uint64_t& word : set) {
      word = ~word;
    }
    return set;
  }

  absl::Status Alternatives(int depth);
  absl::Status Sequence(int depth);
  absl::Status Quantified(int depth);
  absl::Status EmitCopy(const std::vector<Regex::Instruction>& body, std::uint32_t origin);
  absl::Status Atom(int depth);
  absl::Status Group(int depth);
  absl::Status LookAhead(int depth, Op op);
  absl::Status Escape();
  absl::Status Class();
  absl::Status ClassElement(ByteSet* set, int* byte);
  absl::StatusOr<std::optional<Quantifier>> TakeQuantifier();
  std::optional<Quantifier> TakeBraces();
  bool TakeNumber(std::uint32_t* number);
  bool TakeClassEscape(char letter, ByteSet* set);
  absl::Status TakeByteEscape(char letter, int* byte);

  std::string_view pattern_;
  std::size_t at_ = 0;
  Regex regex_;
};

absl::Status RegexCompiler::Alternatives(int depth) {
  if (depth > kMaxDepth) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("regular expression '%s' is nested too deeply", pattern_));
  }
  // Each alternative but the last begins with a split and ends with a jump to the common end. The
  // split is put in before knowing whether a '|' follows; if not, it goes on at the same place
  // twice.
  std::vector<std::uint32_t> jumps;
  for (;;) {
    const std::uint32_t split = Here();
    RETURN_IF_ERROR(Emit(Op::kSplit, split + 1, split + 1));
    RETURN_IF_ERROR(Sequence(depth));
    if (!Take("|")) {
      break;
    }
    jumps.push_back(Here());
    RETURN_IF_ERROR(Emit(Op::kJump));
    regex_.program_[split].y = Here();
  }
  for (const std::uint32_t jump : jumps) {
    regex_.program_[jump].x = Here();
  }
  return absl::OkStatus();
}

absl::Status RegexCompiler::Sequence(int depth) {
  while (!AtEnd() && pattern_[at_] != '|' && pattern_[at_] != ')') {
    RETURN_IF_ERROR(Quantified(depth));
  }
  return absl::OkStatus();
}

absl::Status RegexCompiler::Quantified(int depth) {
  if (std::string_view("*+?").find(pattern_[at_]) != std::string_view::npos) {
    return Invalid("nothing to repeat");
  }
  const std::uint32_t begin = Here();
  RETURN_IF_ERROR(Atom(depth));
  ASSIGN_OR_RETURN(const std::optional<Quantifier> quantifier, TakeQuantifier());
  if (!quantifier.has_value()) {
    return absl::OkStatus();
  }
  const std::vector<Regex::Instruction> body(regex_.program_.begin() + begin,
                                             regex_.program_.end());
  regex_.program_.resize(begin);
  std::uint32_t last_copy = begin;
  for (std::uint32_t i = 0; i < quantifier->least; ++i) {
    last_copy = Here();
    RETURN_IF_ERROR(EmitCopy(body, begin));
  }
  if (quantifier->most != kUnlimited) {
    std::vector<std::uint32_t> exits;
    for (std::uint32_t i = quantifier->least; i < quantifier->most; ++i) {
      exits.push_back(Here());
      RETURN_IF_ERROR(Emit(Op::kSplit, Here() + 1));
      RETURN_IF_ERROR(EmitCopy(body, begin));
    }
    for (const std::uint32_t exit : exits) {
      regex_.program_[exit].y = Here();
    }
    return absl::OkStatus();
  }
  if (quantifier->least > 0) {
    return Emit(Op::kSplit, last_copy, Here() + 1);
  }
  const std::uint32_t loop = Here();
  RETURN_IF_ERROR(Emit(Op::kSplit, loop + 1));
  RETURN_IF_ERROR(EmitCopy(body, begin));
  RETURN_IF_ERROR(Emit(Op::kJump, loop));
  regex_.program_[loop].y = Here();
  return absl::OkStatus();
}

// `body` was compiled at `origin`; all its targets are inside it or just behind it.
absl::Status RegexCompiler::EmitCopy(const std::vector<Regex::Instruction>& body,
                                     std::uint32_t origin) {
  const std::uint32_t shift = Here() - origin;
  for (const Regex::Instruction& instruction : body) {
    const bool has_targets = instruction.op == Op::kSplit || instruction.op == Op::kJump ||
                             instruction.op == Op::kLookAhead ||
                             instruction.op == Op::kNotLookAhead;
    const std::uint32_t by = has_targets ? shift : 0;
    RETURN_IF_ERROR(Emit(instruction.op, instruction.x + by, instruction.y + by));
  }
  return absl::OkStatus();
}

bool RegexCompiler::TakeNumber(std::uint32_t* number) {
  const std::size_t begin = at_;
  *number = 0;
  while (!AtEnd() && IsDigit(pattern_[at_]) && *number < 100000) {
    *number = *number * 10 + static_cast<std::uint32_t>(pattern_[at_++] - '0');
  }
  return at_ > begin;
}

// "{m}", "{m,}", "{,n}" or "{m,n}"; anything else is no quantifier but literal text, as in Python.
std::optional<RegexCompiler::Quantifier> RegexCompiler::TakeBraces() {
  const std::size_t begin = at_;
  Quantifier quantifier;
  if (Take("{")) {
    const bool has_least = TakeNumber(&quantifier.least);
    if (Take(",")) {
      if (!TakeNumber(&quantifier.most)) {
        quantifier.most = kUnlimited;
      }
      if (Take("}")) {
        return quantifier;
      }
    } else if (has_least && Take("}")) {
      quantifier.most = quantifier.least;
      return quantifier;
    }
  }
  at_ = begin;
  return std::nullopt;
}

absl::StatusOr<std::optional<RegexCompiler::Quantifier>> RegexCompiler::TakeQuantifier() {
  std::optional<Quantifier> quantifier;
  if (Take("*")) {
    quantifier = Quantifier{.least = 0, .most = kUnlimited};
  } else if (Take("+")) {
    quantifier = Quantifier{.least = 1, .most = kUnlimited};
  } else if (Take("?")) {
    quantifier = Quantifier{.least = 0, .most = 1};
  } else {
    quantifier = TakeBraces();
  }
  if (!quantifier.has_value()) {
    return quantifier;
  }
  if (quantifier->least > quantifier->most) {
    return Invalid("min repeat greater than max repeat");
  }
  Take("?");  // Lazy: the same set of texts.
  if (Looking("+")) {
    return Unsupported("a possessive quantifier");
  }
  const std::size_t here = at_;
  if (Looking("*") || Looking("?") || TakeBraces().has_value()) {
    at_ = here;
    return Invalid("multiple repeat");
  }
  return quantifier;
}

absl::Status RegexCompiler::Atom(int depth) {
  const char c = pattern_[at_];
  switch (c) {
    case '(':
      return Group(depth);
    case '[':
      return Class();
    case '\\':
      return Escape();
    default:
      break;
  }
  ++at_;
  ByteSet set = {};
  switch (c) {
    case '.':
      Add(&set, '\n', '\n');
      return EmitSet(Negated(set));
    case '^':
      return Emit(Op::kBegin);
    case '$':
      return Emit(Op::kEnd);
    default:
      Add(&set, static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(c));
      return EmitSet(set);
  }
}

absl::Status RegexCompiler::Group(int depth) {
  Take("(");
  if (Take("?=")) {
    return LookAhead(depth, Op::kLookAhead);
  }
  if (Take("?!")) {
    return LookAhead(depth, Op::kNotLookAhead);
  }
  if (Take("?P<")) {
    const std::size_t end = pattern_.find('>', at_);
    if (end == std::string_view::npos || end == at_) {
      return Invalid("malformed group name");
    }
    at_ = end + 1;
  } else if (!Take("?:") && Looking("?")) {
    return Unsupported("this kind of group");
  }
  RETURN_IF_ERROR(Alternatives(depth + 1));
  return Take(")") ? absl::OkStatus() : Invalid("missing ')'");
}

absl::Status RegexCompiler::LookAhead(int depth, Op op) {
  const std::uint32_t look = Here();
  RETURN_IF_ERROR(Emit(op, look + 1));
  RETURN_IF_ERROR(Alternatives(depth + 1));
  if (!Take(")")) {
    return Invalid("missing ')'");
  }
  RETURN_IF_ERROR(Emit(Op::kMatch));
  regex_.program_[look].y = Here();
  return absl::OkStatus();
}

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

absl::StatusOr<Regex> Regex::Compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return absl::ResourceExhaustedError("regular expression of more than 1000 characters");
  }
  return RegexCompiler(pattern).Compile();
}

}  // namespace satchel
