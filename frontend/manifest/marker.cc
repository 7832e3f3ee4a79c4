#include "frontend/manifest/marker.h"

#include <cctype>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace satchel {
namespace {

constexpr int kDeepestMarker = 100;

// Of what is asked in a marker. Null for what a platform does not say.
std::optional<std::string> ValueOf(std::string_view variable, const std::string& platform) {
  const std::string os = platform.substr(0, platform.find('-'));
  const std::string machine = platform.substr(platform.find('-') + 1);
  if (variable == "os_name") {
    return os == "win" ? "nt" : "posix";
  }
  if (variable == "sys_platform") {
    return os == "win" ? "win32" : os == "osx" ? "darwin" : os;
  }
  if (variable == "platform_system") {
    return os == "win" ? "Windows" : os == "osx" ? "Darwin" : "Linux";
  }
  if (variable == "platform_machine") {
    return machine == "64" ? (os == "win" ? "AMD64" : "x86_64")
                           : (machine == "arm64" && os == "win" ? "ARM64" : machine);
  }
  return std::nullopt;
}

// marker = and_list ("or" and_list)*; and_list = one ("and" one)*; one = "(" marker ")" |
// operand operator operand.
class MarkerReader final {
 public:
  MarkerReader(std::string_view text, const std::string& platform)
      : text_(text), rest_(text), platform_(platform) {}

  absl::StatusOr<MarkerValue> Read() {
    ASSIGN_OR_RETURN(MarkerValue value, Or(0));
    if (!StripSpace(rest_).empty()) {
      return Error();
    }
    return value;
  }

 private:
  absl::Status Error() const {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a marker such as sys_platform == 'win32'", StripSpace(text_)));
  }

  bool TakeWord(std::string_view word) {
    rest_ = StripSpace(rest_);
    if (!rest_.starts_with(word)) {
      return false;
    }
    const char next = rest_.size() > word.size() ? rest_[word.size()] : ' ';
    if (std::isalnum(static_cast<unsigned char>(word.front())) != 0 &&
        (std::isalnum(static_cast<unsigned char>(next)) != 0 || next == '_')) {
      return false;
    }
    rest_.remove_prefix(word.size());
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parentheses, which are bounded.
  absl::StatusOr<MarkerValue> Or(int depth) {
    ASSIGN_OR_RETURN(MarkerValue value, And(depth));
    while (TakeWord("or")) {
      ASSIGN_OR_RETURN(const MarkerValue other, And(depth));
      if (value.never) {
        value = other;
      } else if (!other.never && (value.undecided.empty() || other.undecided.empty())) {
        value.undecided.clear();  // One of them holds, whatever the other does.
      }
    }
    return value;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  absl::StatusOr<MarkerValue> And(int depth) {
    ASSIGN_OR_RETURN(MarkerValue value, One(depth));
    while (TakeWord("and")) {
      ASSIGN_OR_RETURN(MarkerValue other, One(depth));
      value.never = value.never || other.never;
      if (value.undecided.empty()) {
        value.undecided = std::move(other.undecided);
      }
    }
    return value;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  absl::StatusOr<MarkerValue> One(int depth) {
    if (TakeWord("(")) {
      if (depth == kDeepestMarker) {
        return Error();
      }
      ASSIGN_OR_RETURN(MarkerValue value, Or(depth + 1));
      return TakeWord(")") ? absl::StatusOr<MarkerValue>(std::move(value)) : Error();
    }
    const std::string_view start = rest_;
    ASSIGN_OR_RETURN(const Operand left, ReadOperand());
    ASSIGN_OR_RETURN(const std::string comparison, ReadOperator());
    ASSIGN_OR_RETURN(const Operand right, ReadOperand());
    MarkerValue value;
    if (!left.value.has_value() || !right.value.has_value() ||
        (comparison != "==" && comparison != "!=" && comparison != "in" &&
         comparison != "not in")) {
      value.undecided = StripSpace(start.substr(0, start.size() - rest_.size()));
      return value;
    }
    const bool is_in = comparison.ends_with("in");
    const bool holds =
        is_in ? right.value->find(*left.value) != std::string::npos : *left.value == *right.value;
    value.never = holds == (comparison == "!=" || comparison == "not in");
    return value;
  }

  struct Operand {
    std::optional<std::string> value;
  };

  absl::StatusOr<Operand> ReadOperand() {
    rest_ = StripSpace(rest_);
    if (rest_.starts_with('"') || rest_.starts_with('\'')) {
      const std::size_t close = rest_.find(rest_.front(), 1);
      if (close == std::string_view::npos) {
        return Error();
      }
      Operand text{std::string(rest_.substr(1, close - 1))};
      rest_.remove_prefix(close + 1);
      return text;
    }
    std::size_t size = 0;
    while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) != 0 ||
                                   rest_[size] == '_' || rest_[size] == '.')) {
      ++size;
    }
    if (size == 0) {
      return Error();
    }
    Operand variable{ValueOf(rest_.substr(0, size), platform_)};
    rest_.remove_prefix(size);
    return variable;
  }

  absl::StatusOr<std::string> ReadOperator() {
    if (TakeWord("not")) {
      return TakeWord("in") ? absl::StatusOr<std::string>("not in") : Error();
    }
    for (const char* comparison : {"in", "===", "==", "!=", "<=", ">=", "~=", "<", ">"}) {
      if (TakeWord(comparison)) {
        return std::string(comparison);
      }
    }
    return Error();
  }

  const std::string_view text_;
  std::string_view rest_;
  const std::string& platform_;
};

}  // namespace

absl::StatusOr<MarkerValue> EvaluateMarker(std::string_view text, const std::string& platform) {
  return MarkerReader(text, platform).Read();
}

}  // namespace satchel
