#include "frontend/manifest/requirement.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/manifest/marker.h"
#include "solver/explain/known_names.h"

namespace satchel {
namespace {

absl::Status NoRequirement(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not a requirement such as 'numpy >=1.20': %s", text, why));
}

bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// "===1.2" means the text; conda compares versions.
std::string ClauseOf(std::string_view clause) {
  return clause.starts_with("===") ? "==" + std::string(StripSpace(clause.substr(3)))
                                   : std::string(clause);
}

// ">= 1.2" without the space; empty for what is no comparison with a version.
std::string Comparison(std::string_view text) {
  const std::string_view clause = StripSpace(text);
  const std::size_t version = clause.find_first_not_of("<>=!~");
  if (version == 0 || version == std::string_view::npos) {
    return "";
  }
  const std::string_view rest = StripSpace(clause.substr(version));
  const bool is_one_word =
      std::ranges::none_of(rest, [](unsigned char c) { return std::isspace(c) != 0; });
  return is_one_word && !rest.empty() ? std::string(clause.substr(0, version)) + std::string(rest)
                                      : "";
}

// Up to which version, exclusively, "^1.2.3" and "~1.2.3" go: the number at `kept` is raised, those
// after it fall away.
absl::StatusOr<std::string> UpperBound(std::string_view version, std::size_t kept) {
  std::vector<std::string> numbers;
  for (const std::string_view part : Split(version, '.')) {
    numbers.emplace_back(part);
  }
  const std::string& last = numbers[std::min(kept, numbers.size() - 1)];
  if (last.empty() || last.size() > 9 ||
      !std::ranges::all_of(last, [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' has no number that could be raised", version));
  }
  numbers.resize(std::min(kept + 1, numbers.size()));
  numbers.back() = std::to_string(std::stoul(last) + 1);
  return absl::StrJoin(numbers, ".");
}

// Of ^: the first number that is not 0, else the last one.
std::size_t FirstNonZero(std::string_view version) {
  const std::vector<std::string_view> parts = Split(version, '.');
  const auto found = std::ranges::find_if(parts, [](std::string_view part) {
    return part.find_first_not_of('0') != std::string_view::npos;
  });
  return std::min<std::size_t>(found - parts.begin(), parts.size() - 1);
}

absl::StatusOr<std::string> PoetryClause(std::string_view clause) {
  if (clause.starts_with("^") || (clause.starts_with("~") && !clause.starts_with("~="))) {
    const std::string_view version = StripSpace(clause.substr(1));
    if (version.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat("'%s' has no version", clause));
    }
    const std::size_t kept = clause.front() == '^' ? FirstNonZero(version) : 1;
    ASSIGN_OR_RETURN(const std::string bound, UpperBound(version, kept));
    return absl::StrFormat(">=%s,<%s", version, bound);
  }
  const bool is_bare = !clause.empty() && std::isdigit(static_cast<unsigned char>(clause.front()));
  if (is_bare && clause.ends_with('*')) {
    return std::string(clause);
  }
  const std::string comparison = Comparison((is_bare ? "==" : "") + std::string(clause));
  if (comparison.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is not a version such as '^1.2' or '>=1.2'", clause));
  }
  return ClauseOf(comparison);
}

}  // namespace

std::string CondaNameOfRequirement(std::string_view name) {
  std::string lower = ToLower(name);
  if (const std::string_view known = CondaNameOf(lower); !known.empty()) {
    return std::string(known);
  }
  return lower;
}

absl::StatusOr<std::string> PoetryVersionSpec(std::string_view constraint) {
  const std::string_view text = StripSpace(constraint);
  if (text.empty() || text == "*") {
    return std::string();
  }
  std::vector<std::string> alternatives;
  std::string_view rest = text;
  while (true) {
    const std::size_t bar = rest.find('|');
    std::vector<std::string> clauses;
    for (const std::string_view clause : Split(rest.substr(0, bar), ',')) {
      ASSIGN_OR_RETURN(std::string one, PoetryClause(StripSpace(clause)));
      clauses.push_back(std::move(one));
    }
    alternatives.push_back(absl::StrJoin(clauses, ","));
    if (bar == std::string_view::npos) {
      return absl::StrJoin(alternatives, "|");
    }
    rest.remove_prefix(std::min(rest.find_first_not_of('|', bar), rest.size()));
  }
}

absl::StatusOr<CondaRequirement> ReadRequirement(std::string_view text,
                                                 const std::string& platform) {
  const std::string_view whole = StripSpace(text);
  const std::size_t semicolon = whole.find(';');
  std::string_view rest = StripSpace(whole.substr(0, semicolon));
  const std::size_t end = std::ranges::find_if_not(rest, IsNameCharacter) - rest.begin();
  const std::string_view name = rest.substr(0, end);
  if (name.empty()) {
    return NoRequirement(whole, "it must begin with a name");
  }
  rest = StripSpace(rest.substr(end));
  if (rest.starts_with('[')) {  // Extras of a Python package: those of conda are others.
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) {
      return NoRequirement(whole, "a ']' is missing");
    }
    rest = StripSpace(rest.substr(close + 1));
  }
  if (rest.starts_with('@')) {
    return NoRequirement(whole, "a URL says nothing of the conda package to take");
  }
  if (rest.starts_with('(') && rest.ends_with(')')) {
    rest = rest.substr(1, rest.size() - 2);
  }
  std::vector<std::string> clauses;
  for (const std::string_view clause :
       rest.empty() ? std::vector<std::string_view>() : Split(rest, ',')) {
    const std::string comparison = Comparison(clause);
    if (comparison.empty()) {
      return NoRequirement(whole, absl::StrFormat("'%s' is not a comparison", StripSpace(clause)));
    }
    clauses.push_back(ClauseOf(comparison));
  }
  CondaRequirement requirement;
  if (semicolon != std::string_view::npos) {
    ASSIGN_OR_RETURN(const MarkerValue value,
                     EvaluateMarker(whole.substr(semicolon + 1), platform));
    if (value.never) {
      return requirement;
    }
    requirement.marker = value.undecided;
  }
  requirement.spec = CondaNameOfRequirement(name);
  if (!clauses.empty()) {
    requirement.spec += " " + absl::StrJoin(clauses, ",");
  }
  return requirement;
}

}  // namespace satchel
