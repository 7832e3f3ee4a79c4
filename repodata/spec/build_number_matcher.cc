#include "repodata/spec/build_number_matcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/version/version.h"
#include "repodata/version/version_lexer.h"
#include "repodata/version/version_relation.h"

namespace satchel {
namespace {

// Python's int(): an optional sign, digits, single underscores between digits. Empty if `text` is
// something else; else the digits without leading zeros, "-" before a negative number.
std::string ReadInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  std::string digits;
  bool after_digit = false;
  for (const char c : text) {
    if (internal::IsDigit(c)) {
      digits += c;
    } else if (c != '_' || !after_digit) {
      return "";
    }
    after_digit = c != '_';
  }
  if (!after_digit) {
    return "";
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return negative && digits != "0" ? "-" + digits : digits;
}

}  // namespace

absl::Status BuildNumberMatcher::SetRelation(std::string_view op, std::string_view version) {
  if (op == "=") {
    op_ = Op::kStartsWith;
    ASSIGN_OR_RETURN(prefix_, VersionPrefix::Parse(version));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Version parsed, Version::Parse(version));
  key_ = parsed.key();
  op_ = op == "=="   ? Op::kEqual
        : op == "!=" ? Op::kNotEqual
        : op == "<=" ? Op::kLessEqual
        : op == ">=" ? Op::kGreaterEqual
        : op == "<"  ? Op::kLess
                     : Op::kGreater;
  return absl::OkStatus();
}

absl::StatusOr<BuildNumberMatcher> BuildNumberMatcher::Parse(std::string_view text) {
  const auto invalid = [text](std::string_view why) {
    return absl::InvalidArgumentError(absl::StrFormat("invalid build number '%s': %s", text, why));
  };
  BuildNumberMatcher matcher;
  const std::string_view stripped = StripSpace(text);
  matcher.text_ = ReadInteger(stripped);
  if (!matcher.text_.empty()) {
    if (matcher.text_[0] != '-') {
      RETURN_IF_ERROR(matcher.SetRelation("==", matcher.text_));
    }
    return matcher;
  }
  matcher.text_ = stripped;
  if (stripped.empty()) {
    return invalid("it is empty");
  }
  if (stripped == "*") {
    matcher.op_ = Op::kAlways;
  } else if (std::string_view("=<>!").find(stripped[0]) != std::string_view::npos) {
    internal::Relation relation;
    if (!internal::SplitRelation(stripped, &relation)) {
      return invalid("not an operator (== != <= >= < > =) followed by a number");
    }
    RETURN_IF_ERROR(matcher.SetRelation(relation.op, relation.version));
  } else if (stripped.starts_with('^') || stripped.ends_with('$')) {
    if (!stripped.starts_with('^') || !stripped.ends_with('$')) {
      return invalid("a regular expression begins with '^' and ends with '$'");
    }
    // conda then applies the expression to a number, which raises; its text is what is meant.
    matcher.op_ = Op::kRegex;
    ASSIGN_OR_RETURN(matcher.regex_, Regex::Compile(stripped));
  }
  return matcher;
}

bool BuildNumberMatcher::Matches(std::uint64_t build_number) const {
  if (op_ == Op::kNever || op_ == Op::kAlways) {
    return op_ == Op::kAlways;
  }
  const std::string digits = std::to_string(build_number);
  if (op_ == Op::kRegex) {
    return regex_->MatchesPrefix(digits);
  }
  const absl::StatusOr<Version> version = Version::Parse(digits);
  const std::string& key = version->key();
  switch (op_) {
    case Op::kEqual:
      return key == key_;
    case Op::kNotEqual:
      return key != key_;
    case Op::kLess:
      return key < key_;
    case Op::kLessEqual:
      return key <= key_;
    case Op::kGreater:
      return key > key_;
    case Op::kGreaterEqual:
      return key >= key_;
    case Op::kStartsWith:
      return prefix_->Matches(key);
    default:
      return false;
  }
}

}  // namespace satchel
