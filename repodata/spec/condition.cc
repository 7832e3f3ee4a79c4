// Precedence climbing over words: a word is an operator, a parenthesis or a spec. Brackets keep
// what is in them together; a blank before an operator of versions ("python >=3.10") belongs to the
// spec, which other tools write and the CEP does not.

#include "repodata/spec/condition.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace satchel {
namespace {

constexpr int kMaxDepth = 50;
constexpr std::string_view kVersionOperators = "=!<>~";

// A condition in a condition: refused before it is parsed, as those could nest without end.
bool HasWhen(std::string_view spec) {
  for (std::size_t at = spec.find('['); at != std::string_view::npos; ++at) {
    at = spec.find("when", at);
    if (at == std::string_view::npos) {
      break;
    }
    const std::size_t next = spec.find_first_not_of(' ', at + 4);
    if (next != std::string_view::npos && spec[next] == '=') {
      return true;
    }
  }
  return false;
}

class Parser final {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<Condition> Run() {
    Advance();
    ASSIGN_OR_RETURN(Condition condition, ReadOr(0));
    if (!word_.empty()) {
      return Unexpected();
    }
    return condition;
  }

 private:
  absl::Status Unexpected() const {
    return absl::InvalidArgumentError(
        word_.empty() ? "the condition ends too early"
                      : absl::StrFormat("'%s' is not expected in the condition", word_));
  }

  void SkipSpace() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }

  // The end of the spec that begins at `at_`.
  std::size_t EndOfSpec() const {
    int depth = 0;
    for (std::size_t at = at_; at < text_.size(); ++at) {
      const char c = text_[at];
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth <= 0 && (c == '(' || c == ')')) {
        return at;
      }
      if (depth <= 0 && c == ' ') {
        const std::size_t next = text_.find_first_not_of(' ', at);
        const bool goes_on = next != std::string_view::npos &&
                             (kVersionOperators.find(text_[next]) != std::string_view::npos ||
                              kVersionOperators.find(text_[at - 1]) != std::string_view::npos ||
                              text_[next] == ',' || text_[at - 1] == ',');
        if (!goes_on) {
          return at;
        }
        at = next - 1;
      }
    }
    return text_.size();
  }

  void Advance() {
    SkipSpace();
    if (at_ == text_.size()) {
      word_ = {};
      return;
    }
    const bool is_parenthesis = text_[at_] == '(' || text_[at_] == ')';
    const std::size_t end = is_parenthesis ? at_ + 1 : EndOfSpec();
    word_ = text_.substr(at_, end - at_);
    at_ = end;
  }

  absl::StatusOr<Condition> ReadOr(int depth) {
    return ReadList("or", Condition::Kind::kOr, [&] {
      return ReadList("and", Condition::Kind::kAnd, [&] { return ReadOne(depth); });
    });
  }

  template <typename ReadPart>
  absl::StatusOr<Condition> ReadList(std::string_view joint, Condition::Kind kind,
                                     const ReadPart& read_part) {
    ASSIGN_OR_RETURN(Condition first, read_part());
    if (word_ != joint) {
      return first;
    }
    Condition list;
    list.kind = kind;
    list.parts.push_back(std::move(first));
    while (word_ == joint) {
      Advance();
      ASSIGN_OR_RETURN(Condition part, read_part());
      list.parts.push_back(std::move(part));
    }
    return list;
  }

  absl::StatusOr<Condition> ReadOne(int depth) {
    if (word_ == "(") {
      if (depth == kMaxDepth) {
        return absl::InvalidArgumentError("the condition is nested too deep");
      }
      Advance();
      ASSIGN_OR_RETURN(Condition inner, ReadOr(depth + 1));
      if (word_ != ")") {
        return Unexpected();
      }
      Advance();
      return inner;
    }
    if (word_.empty() || word_ == ")" || word_ == "and" || word_ == "or") {
      return Unexpected();
    }
    return ReadSpec();
  }

  absl::StatusOr<Condition> ReadSpec() {
    if (word_ == "not") {
      return absl::InvalidArgumentError("a condition has only 'and' and 'or', no 'not'");
    }
    if (HasWhen(word_)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' in the condition has a condition of its own", word_));
    }
    ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(word_));
    if (spec.name().empty() || spec.name_is_glob()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' in the condition names no single package", word_));
    }
    Condition condition;
    condition.spec.push_back(std::move(spec));
    Advance();
    return condition;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::string_view word_;  // The current one; empty at the end.
};

// "python>=3.10" where that says all, else with brackets.
std::string SpecText(const MatchSpec& spec) {
  const std::string text = spec.ToString();
  const std::optional<std::string> version = spec.FieldText(SpecField::kVersion);
  if (!version.has_value() || text != absl::StrFormat("%s[version='%s']", spec.name(), *version)) {
    return text;
  }
  return version->find_first_of("<>!~") == 0 ? spec.name() + *version : text;
}

}  // namespace

std::string Condition::ToString() const {
  if (kind == Kind::kSpec) {
    return SpecText(spec.front());
  }
  std::string text;
  for (const Condition& part : parts) {
    text += text.empty() ? "" : kind == Kind::kAnd ? " and " : " or ";
    const bool is_looser = kind == Kind::kAnd && part.kind == Kind::kOr;
    text += is_looser ? "(" + part.ToString() + ")" : part.ToString();
  }
  return text;
}

absl::StatusOr<Condition> ParseCondition(std::string_view text) {
  return Parser(text).Run();
}

}  // namespace satchel
