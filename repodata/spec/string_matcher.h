#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/regex.h"

namespace satchel {

// conda's way to match a string field: "^...$" is a regular expression, other patterns with a '*'
// are globs, everything else is compared.
class StringMatcher final {
 public:
  enum class Kind { kExact, kGlob, kRegex };
  enum class Case {
    kSensitive,
    kLowerPattern,  // Only the pattern is lower-cased (names are lower case anyway).
    kInsensitive,
  };

  // Matches "" only.
  StringMatcher() = default;

  // Errors: those of Regex::Compile.
  [[nodiscard]] static absl::StatusOr<StringMatcher> Parse(std::string_view text,
                                                           Case letter_case = Case::kSensitive);
  // Always compares.
  static StringMatcher Exact(std::string_view text);

  bool Matches(std::string_view value) const;

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }
  bool matches_everything() const { return kind_ == Kind::kGlob && text_ == "*"; }

 private:
  std::string text_;
  std::vector<Regex> regex_;  // One if kind_ is kRegex: an optional would take more space in every
                              // spec.
  Kind kind_ = Kind::kExact;
  bool lower_value_ = false;
};

}  // namespace satchel
