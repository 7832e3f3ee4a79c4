#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/regex.h"
#include "repodata/version/version.h"
#include "repodata/version/version_prefix.h"

namespace satchel {

// A version constraint such as ">=1.8,<2|1.5.*" (CEP 29; conda's VersionSpec decides unclear
// cases).
class VersionSpec final {
 public:
  // Matches everything.
  VersionSpec();

  // Errors: kInvalidArgument, "invalid version spec 'x': why". "~=1" is an error here (conda raises
  // at the first match). kUnimplemented or kResourceExhausted for a regular expression that Regex
  // rejects.
  [[nodiscard]] static absl::StatusOr<VersionSpec> Parse(std::string_view text);

  // Cost: a few key comparisons; only the regex forms (^...$ and inner *) look at the text.
  bool Matches(VersionRef version) const;
  bool MatchesEverything() const;

  // As conda prints it ("1.8.*", ">=1.8,<2").
  const std::string& text() const { return text_; }

 private:
  friend class VersionSpecParser;

  enum class Op : std::uint8_t {
    kAnd,  // Of the nodes from the next one to `end`.
    kOr,
    kAlways,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kStartsWith,
    kNotStartsWith,
    kCompatible,  // ">=" the operand and starts with the prefix.
    kGlob,        // The operand is a pattern for the text.
    kRegex,
    kText,  // The operand is the text itself.
  };
  // The expression in prefix order, so that evaluation is one pass over an array.
  struct Node {
    Op op = Op::kAlways;
    std::uint32_t end = 0;    // After the last node below this one.
    std::uint32_t extra = 0;  // Index of the prefix or regex, if any.
    std::string operand;      // A key, or text.
  };

  bool Holds(const Node& node, VersionRef version) const;
  bool HoldsAt(std::uint32_t index, VersionRef version) const;

  std::string text_;
  std::vector<Node> nodes_;
  std::vector<VersionPrefix> prefixes_;
  std::vector<Regex> regexes_;
};

}  // namespace satchel
