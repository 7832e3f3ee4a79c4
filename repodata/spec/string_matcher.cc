#include "repodata/spec/string_matcher.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/spec/glob.h"

namespace satchel {

absl::StatusOr<StringMatcher> StringMatcher::Parse(std::string_view text, Case letter_case) {
  StringMatcher matcher;
  matcher.text_ = letter_case == Case::kSensitive ? std::string(text) : ToLower(text);
  matcher.lower_value_ = letter_case == Case::kInsensitive;
  if (text.starts_with('^') && text.ends_with('$')) {
    matcher.kind_ = Kind::kRegex;
    ASSIGN_OR_RETURN(Regex regex, Regex::Compile(matcher.text_));
    matcher.regex_.push_back(std::move(regex));
  } else if (text.find('*') != std::string_view::npos) {
    matcher.kind_ = Kind::kGlob;
  }
  return matcher;
}

StringMatcher StringMatcher::Exact(std::string_view text) {
  StringMatcher matcher;
  matcher.text_ = text;
  return matcher;
}

bool StringMatcher::Matches(std::string_view value) const {
  std::string lower;
  if (lower_value_) {
    lower = ToLower(value);
    value = lower;
  }
  switch (kind_) {
    case Kind::kExact:
      return value == text_;
    case Kind::kGlob:
      return GlobMatches(text_, value);
    case Kind::kRegex:
      return regex_.front().MatchesPrefix(value);
  }
  return false;
}

}  // namespace satchel
