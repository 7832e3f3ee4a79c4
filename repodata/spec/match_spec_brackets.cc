#include "repodata/spec/match_spec_brackets.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"

namespace satchel::internal {
namespace {

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool IsDelimiter(std::string_view text, std::size_t at) {
  return at == text.size() || text[at] == ',' || text[at] == ' ';
}

struct Pair {
  std::string_view key;
  std::string_view value;
  bool is_list = false;
};

bool TakesList(std::string_view key) {
  return key == "flags" || key == "extras";
}

// "[a, b]" as a value is for keys with a list; other keys get what is inside as text.
std::optional<std::string_view> TakeList(std::string_view text, std::size_t* at) {
  if (*at >= text.size() || text[*at] != '[') {
    return std::nullopt;
  }
  const std::size_t end = text.find_first_of("[]", *at + 1);
  if (end == std::string_view::npos || text[end] != ']' || !IsDelimiter(text, end + 1)) {
    return std::nullopt;
  }
  std::string_view value = text.substr(*at + 1, end - *at - 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  value.remove_suffix(value.size() - (value.find_last_not_of(' ') + 1));
  *at = end + 1;
  return value;
}

// A quote ends at the first of its kind before a delimiter; one that never ends is part of the
// value.
std::string_view TakeValue(std::string_view text, std::size_t* at, bool* is_list) {
  if (const std::optional<std::string_view> list = TakeList(text, at); list.has_value()) {
    *is_list = true;
    return *list;
  }
  const std::size_t begin = *at;
  if (begin < text.size() && (text[begin] == '\'' || text[begin] == '"')) {
    for (std::size_t end = text.find(text[begin], begin + 1); end != std::string_view::npos;
         end = text.find(text[begin], end + 1)) {
      if (IsDelimiter(text, end + 1)) {
        *at = end + 1;
        return text.substr(begin + 1, end - begin - 1);
      }
    }
  }
  const std::size_t end = std::min(text.find_first_of(", ", begin), text.size());
  *at = end;
  return text.substr(begin, end - begin);
}

// The pair at `*at`, which moves behind it and its delimiter. Nothing if there is none.
std::optional<Pair> TakePair(std::string_view text, std::size_t* at) {
  std::size_t here = *at;
  while (here < text.size() && IsKeyCharacter(text[here])) {
    ++here;
  }
  Pair pair;
  pair.key = text.substr(*at, here - *at);
  here = std::min(text.find_first_not_of(' ', here), text.size());
  if (pair.key.empty() || here == text.size() || text[here] != '=') {
    return std::nullopt;
  }
  here = std::min(text.find_first_not_of(' ', here + 1), text.size());
  pair.value = TakeValue(text, &here, &pair.is_list);
  *at = std::min(here + 1, text.size());
  return pair;
}

absl::Status SetPair(const Pair& pair, SpecComponents* brackets) {
  if (pair.key == "optional" || pair.key == "target") {
    return absl::OkStatus();  // Notes of conda's own solver to itself.
  }
  for (std::size_t i = 0; i < kNumSpecFields; ++i) {
    const auto field = static_cast<SpecField>(i);
    if (SpecFieldName(field) == pair.key) {
      (*brackets)[field] = pair.is_list && TakesList(pair.key) ? "[" + std::string(pair.value) + "]"
                                                               : std::string(pair.value);
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(absl::StrFormat("there is no key '%s'", pair.key));
}

absl::Status CheckPair(const Pair& pair, std::vector<std::string_view>* keys) {
  if (pair.value.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat("'%s' has no value", pair.key));
  }
  if (pair.value.find("][") != std::string_view::npos) {
    return absl::InvalidArgumentError("more than one bracket section");
  }
  if (std::find(keys->begin(), keys->end(), pair.key) != keys->end()) {
    return absl::InvalidArgumentError(absl::StrFormat("'%s' is in the brackets twice", pair.key));
  }
  keys->push_back(pair.key);
  return absl::OkStatus();
}

// Brackets without any pair. conda passes over PyPI's way to name extras, since "dask[array]
// >=2023.5" is in real repodata, and still takes the version of "numpy[version<2]".
absl::Status ReadBareBrackets(std::string_view text, SpecComponents* brackets) {
  constexpr std::string_view kKey = "version";
  const std::string_view rest = text.substr(text.starts_with(kKey) ? kKey.size() : 0);
  if (rest.size() < text.size() && rest.find_first_of("<>!~=") == 0) {
    (*brackets)[SpecField::kVersion] = SanitizeVersion(rest, false);
    return absl::OkStatus();
  }
  const bool is_words = std::all_of(text.begin(), text.end(), [](char c) {
    return IsKeyCharacter(c) || c == '.' || c == ',' || c == ' ';
  });
  return is_words ? absl::OkStatus() : absl::InvalidArgumentError("no key=value in the brackets");
}

}  // namespace

std::string SanitizeVersion(std::string_view version, bool has_build) {
  if (version == "==" || version == "=" || !version.starts_with('=')) {
    return std::string(version);
  }
  std::string_view bare = version;
  bare.remove_prefix(std::min(bare.find_first_not_of('='), bare.size()));
  if (version.starts_with("==") && !has_build) {
    return std::string(bare);
  }
  if (bare.find_first_of("=,|") != std::string_view::npos) {
    return std::string(version);
  }
  return std::string(bare) + (has_build || bare.ends_with('*') ? "" : "*");
}

absl::Status ReadBrackets(std::string_view text, SpecComponents* brackets) {
  std::vector<std::string_view> keys;
  std::size_t junk = std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::optional<Pair> pair = TakePair(text, &at); pair.has_value()) {
      RETURN_IF_ERROR(CheckPair(*pair, &keys));
      RETURN_IF_ERROR(SetPair(*pair, brackets));
      continue;
    }
    if (text[at] != ' ' && text[at] != ',') {
      junk = std::min(junk, at);
    }
    // A key begins where a word does.
    do {
      ++at;
    } while (at < text.size() && IsKeyCharacter(text[at]) && IsKeyCharacter(text[at - 1]));
  }
  if (keys.empty()) {
    return ReadBareBrackets(text, brackets);
  }
  if (junk != std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' in the brackets is not key=value", text.substr(junk)));
  }
  if (std::optional<std::string>& version = (*brackets)[SpecField::kVersion]; version.has_value()) {
    version = SanitizeVersion(*version, (*brackets)[SpecField::kBuild].has_value());
  }
  return absl::OkStatus();
}

}  // namespace satchel::internal
