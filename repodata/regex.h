#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// A regular expression as Python's `re` understands it, for the few specs that hold one
// ("^1\.(2|3).*$"). The expression may come from a stranger's repodata, so its cost is bounded: a
// (program position, text position) pair is tried once, on an explicit stack. std::regex can
// do neither: it recurses once a character and backtracks without limit.
//
// Understood: literals, . [ ] ( ) (?: ) (?P<n> ) (?= ) (?! ) | * + ? {m,n} and their lazy forms, ^
// $ and the escapes \d \w \s \b \A \Z, their negations, \t \n \r \f \v \a \xhh. Works on bytes.
class Regex final {
 public:
  // Enough for any text that is a version, build or licence. What goes beyond matches nothing.
  static constexpr std::size_t kMaxPattern = 500;
  static constexpr std::size_t kMaxProgram = 1000;
  static constexpr std::size_t kMaxText = 500;
  static constexpr std::size_t kMaxSteps = 4'000'000;  // Only look-aheads can get there.

  // Errors: kInvalidArgument if Python refuses the pattern too, kUnimplemented if it is about
  // something that is not understood here, kResourceExhausted if it is too large.
  [[nodiscard]] static absl::StatusOr<Regex> Compile(std::string_view pattern);

  // Whether some prefix of `text` matches (Python's re.match; use $ to reach the end).
  bool MatchesPrefix(std::string_view text) const;

 private:
  friend class RegexCompiler;

  enum class Op : std::uint8_t {
    kByteSet,  // x = index of the set.
    kSplit,    // Goes on at x and at y.
    kJump,     // To x.
    kBegin,    // Assertions that take no text.
    kEnd,      // At the end, or before a final newline.
    kVeryEnd,
    kWordBoundary,
    kNotWordBoundary,
    kLookAhead,  // The program at x, up to its kMatch, matches here; go on at y.
    kNotLookAhead,
    kMatch,
  };
  struct Instruction {
    Op op = Op::kMatch;
    std::uint32_t x = 0;
    std::uint32_t y = 0;
  };
  using ByteSet = std::array<std::uint64_t, 4>;

  class Run;

  std::vector<Instruction> program_;
  std::vector<ByteSet> sets_;
};

}  // namespace satchel
