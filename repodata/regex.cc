#include "repodata/regex.h"

#include <utility>

namespace satchel {
namespace {

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

// One match. Threads wait on a stack; which ones have been there before is a bit map, which also
// stops loops that take no text. Backtracking order does not matter, only whether there is a match.
class Regex::Run final {
 public:
  Run(const Regex& regex, std::string_view text) : regex_(regex), text_(text) {}

  bool From(std::uint32_t pc, std::uint32_t position) {
    std::vector<bool> seen(regex_.program_.size() * Positions());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> stack = {{pc, position}};
    while (!stack.empty()) {
      const auto [at, here] = stack.back();
      stack.pop_back();
      const std::size_t bit = at * Positions() + here;
      if (seen[bit]) {
        continue;
      }
      if (++num_steps_ > kMaxSteps) {
        return false;
      }
      seen[bit] = true;
      const Instruction& instruction = regex_.program_[at];
      switch (instruction.op) {
        case Op::kMatch:
          return true;
        case Op::kSplit:
          stack.push_back({instruction.y, here});
          stack.push_back({instruction.x, here});
          break;
        case Op::kJump:
          stack.push_back({instruction.x, here});
          break;
        case Op::kByteSet:
          if (here < text_.size() && Contains(regex_.sets_[instruction.x], text_[here])) {
            stack.push_back({at + 1, here + 1});
          }
          break;
        case Op::kLookAhead:
        case Op::kNotLookAhead:
          if (Look(at, here) == (instruction.op == Op::kLookAhead)) {
            stack.push_back({instruction.y, here});
          }
          break;
        default:
          if (Holds(instruction.op, here)) {
            stack.push_back({at + 1, here});
          }
      }
    }
    return false;
  }

 private:
  enum LookResult : std::uint8_t { kUnknown, kNo, kYes };

  std::size_t Positions() const { return text_.size() + 1; }

  static bool Contains(const ByteSet& set, char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return ((set[byte >> 6] >> (byte & 63)) & 1) != 0;
  }

  // Recursion is as deep as look-aheads are nested, which the compiler bounds; each is evaluated
  // once a position.
  bool Look(std::uint32_t at, std::uint32_t position) {
    look_results_.resize(regex_.program_.size() * Positions());  // Of use the first time.
    std::uint8_t& result = look_results_[at * Positions() + position];
    if (result == kUnknown) {
      result = From(regex_.program_[at].x, position) ? kYes : kNo;
    }
    return result == kYes;
  }

  bool Holds(Op assertion, std::size_t here) const {
    const bool word_before = here > 0 && IsWordByte(text_[here - 1]);
    const bool word_after = here < text_.size() && IsWordByte(text_[here]);
    switch (assertion) {
      case Op::kBegin:
        return here == 0;
      case Op::kEnd:
        return here == text_.size() || (here + 1 == text_.size() && text_[here] == '\n');
      case Op::kVeryEnd:
        return here == text_.size();
      case Op::kWordBoundary:
        return word_before != word_after;
      case Op::kNotWordBoundary:
        return word_before == word_after && !text_.empty();  // Python's, until 3.14.
      default:
        return false;
    }
  }

  const Regex& regex_;
  std::string_view text_;
  std::vector<std::uint8_t> look_results_;
  std::size_t num_steps_ = 0;
};

bool Regex::MatchesPrefix(std::string_view text) const {
  return text.size() <= kMaxText && Run(*this, text).From(0, 0);
}

}  // namespace satchel
