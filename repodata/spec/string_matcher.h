#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/regex.h"

namespace satchel {

// How conda matches a string field: "^...$" is a regular expression, anything else with a '*' a
// glob, the rest is compared.
class StringMatcher final {
 public:
  enum class Kind { kExact, kGlob, kRegex };
  enum class Case {
    kSensitive,
    kLowerPattern,  // Only the pattern is made lower case (names, which are lower case anyhow).
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
  std::vector<Regex> regex_;  // One if kind_ is kRegex: an optional takes more room in every spec.
  Kind kind_ = Kind::kExact;
  bool lower_value_ = false;
};

}  // namespace satchel
