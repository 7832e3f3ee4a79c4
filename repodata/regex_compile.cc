// The grammar of regular expressions, see regex_compiler.h. The tests are in
// tests/repodata/regex_test.cc.

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/regex.h"
#include "repodata/regex_compiler.h"

namespace satchel {
namespace {

constexpr int kMaxGroupDepth = 20;

}  // namespace

absl::Status RegexCompiler::Alternatives(int depth) {
  if (depth > kMaxGroupDepth) {
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
  if (std::string_view("*+?").find(pattern_[at_]) != std::string_view::npos ||
      TakeBraces().has_value()) {
    return Invalid("nothing to repeat");
  }
  const std::uint32_t begin = Here();
  RETURN_IF_ERROR(Atom(depth));
  ASSIGN_OR_RETURN(const std::optional<Quantifier> quantifier, TakeQuantifier());
  if (!quantifier.has_value()) {
    return absl::OkStatus();
  }
  if (Here() == begin + 1 && IsPosition(regex_.program_[begin].op)) {
    return Invalid("nothing to repeat");
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
    const std::string_view name = pattern_.substr(at_, end - at_);
    if (std::find(group_names_.begin(), group_names_.end(), name) != group_names_.end()) {
      return Invalid("a group name is there twice");
    }
    group_names_.push_back(name);
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

absl::StatusOr<Regex> Regex::Compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("regular expression of more than %d characters", kMaxPattern));
  }
  return RegexCompiler(pattern).Compile();
}

}  // namespace satchel
