#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/regex.h"

namespace satchel {

// Turns the text of a regular expression into the program that regex.cc runs: a recursive descent
// over the usual grammar, emitting instructions as it goes.
//
//   alternatives = sequence ("|" sequence)*      sequence = (atom quantifier?)*
//
// A quantified atom is compiled once; then its program is copied for each repetition. Single
// characters and sets of them are in regex_set.cc, the rest is in regex_compile.cc.
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

  // Python repeats what takes text and look-aheads, but not "^" and the like.
  static bool IsPosition(Op op) {
    return op == Op::kBegin || op == Op::kEnd || op == Op::kVeryEnd || op == Op::kWordBoundary ||
           op == Op::kNotWordBoundary;
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
  std::vector<std::string_view> group_names_;
  Regex regex_;
};

}  // namespace satchel
