// Reads "channel/subdir:namespace:name version build [key=value, ...] (ignored)", peeling the text
// from its end: comment, brackets, parentheses, channel, name, build. The steps and their order are
// those of conda/models/match_spec.py (the parser of 26.5 and later), because what odd texts mean
// depends on them; CEP 29 describes the regular part of the grammar. The bracket section is in
// match_spec_brackets.cc.

#include "repodata/spec/match_spec_text.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/match_spec_brackets.h"

namespace satchel {
namespace {

using internal::SanitizeVersion;

constexpr std::string_view kFieldNames[kNumSpecFields] = {
    "channel",        "subdir",   "name",  "version", "build",  "build_number",
    "track_features", "features", "url",   "md5",     "sha256", "license",
    "license_family", "fn",       "flags", "extras",  "when",
};

// Drops every occurrence of `part` from `*text`, as conda does.
void EraseAll(std::string_view part, std::string* text) {
  std::string kept;
  std::size_t begin = 0;
  for (std::size_t at = text->find(part); at != std::string::npos; at = text->find(part, begin)) {
    kept.append(*text, begin, at - begin);
    begin = at + part.size();
  }
  kept.append(*text, begin);
  *text = std::move(kept);
}

// "(optional)" and the like, once used by conda's own solver.
void DropParentheses(std::string* text) {
  const std::size_t end = text->rfind(')');
  if (end == std::string::npos) {
    return;
  }
  const std::size_t begin = text->rfind('(', end);
  if (begin != std::string::npos) {
    EraseAll(std::string(*text, begin, end - begin + 1), text);
  }
}

// Takes a build that is a regular expression, "^(core2|nehalem)$" behind a version, off the end.
// Its parentheses, brackets and '|' are its own: conda's parser would take them for parts of the
// spec, and the packages that are written so (conda-forge's microarchitecture levels) never match.
std::optional<std::string> TakeRegexBuild(std::string* text) {
  const std::string_view all = StripSpace(*text);
  const std::size_t before = all.find_last_of(" =");
  if (!all.ends_with('$') || before == std::string_view::npos || all[before + 1] != '^') {
    return std::nullopt;
  }
  const std::string_view rest = StripSpace(all.substr(0, before));
  constexpr std::string_view kOperators = "=!|,<>~";
  if (rest.find_first_of(" =<>!~") == std::string_view::npos ||
      kOperators.find(rest.back()) != std::string_view::npos) {
    return std::nullopt;  // It is the version.
  }
  std::string build(all.substr(before + 1));
  *text = std::string(rest);
  return build;
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool IsNameSeparator(char c) {
  return c == '.' || c == '-' || c == '_';
}

// CEP 26: words of letters and digits with single separators between them; a "_" may come first,
// and the "__" of a virtual package.
bool IsValidName(std::string_view name) {
  std::size_t at = 1;
  if (name.starts_with("__")) {
    at = 3;
    if (name.size() < at || !IsAlphanumeric(name[2])) {
      return false;
    }
  } else if (name.empty() || !(IsAlphanumeric(name[0]) || name[0] == '_')) {
    return false;
  }
  if (at < name.size() && IsNameSeparator(name[at])) {
    ++at;
  }
  while (at < name.size()) {
    if (!IsAlphanumeric(name[at])) {
      return false;
    }
    while (at < name.size() && IsAlphanumeric(name[at])) {
      ++at;
    }
    if (at < name.size() && !IsNameSeparator(name[at++])) {
      return false;
    }
  }
  return true;
}

absl::Status CheckName(std::string_view name) {
  if (name.find('*') != std::string_view::npos || IsValidName(ToLower(name))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "'%s' is not a package name (letters, digits and single . - _ between them)", name));
}

// The channel of a spec's text: its canonical name, but the URL of a foreign one.
void SetChannel(std::string_view text, SpecComponents* components) {
  if (text.empty()) {
    return;
  }
  const ChannelParts parts = ParseChannel(text);
  (*components)[SpecField::kChannel] =
      HasScheme(text) && parts.is_foreign ? parts.base_url : parts.canonical_name;
  if (!parts.subdir.empty()) {
    (*components)[SpecField::kSubdir] = parts.subdir;
  }
}

// Splits "<version> <build>" or "<version>=<build>" at the first space or '=' that is not part of
// an operator and behind which no operator follows. Spaces in the version go away.
void SplitBuild(std::string_view text, std::string* version, std::optional<std::string>* build) {
  constexpr std::string_view kOperators = "=!|,<>~";
  std::size_t split = text.size();
  const std::size_t last = text.find_last_of("-=,|<>~");
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    // A '=' at `last` itself may be the separator.
    const bool separates = text[at] == ' ' || text[at] == '=';
    if (separates && (last == std::string_view::npos || last <= at) &&
        kOperators.find(text[at - 1]) == std::string_view::npos) {
      split = at;
      break;
    }
  }
  if (split < text.size()) {
    *build = std::string(StripSpace(text.substr(split + 1)));
  }
  *version = text.substr(0, split);
  version->erase(std::remove(version->begin(), version->end(), ' '), version->end());
}

// "numpy>=1.8 py27_0" without brackets and channel; `regex_build` if a build was taken off it.
absl::Status ReadNameVersionBuild(std::string_view text,
                                  const std::optional<std::string>& regex_build,
                                  SpecComponents* components) {
  const std::size_t name_end = std::min(text.find_first_of(" =<>!~"), text.size());
  if (name_end == 0) {
    return absl::InvalidArgumentError("it does not begin with a package name");
  }
  const std::string_view name = text.substr(0, name_end);
  RETURN_IF_ERROR(CheckName(name));
  (*components)[SpecField::kName] = std::string(name);
  std::string_view rest = text.substr(name_end);
  if (rest.size() < 2) {
    return absl::OkStatus();  // A single operator after the name is passed over.
  }
  rest = StripSpace(rest);
  if (rest.empty()) {
    return absl::OkStatus();
  }
  if (rest.find('[') != std::string_view::npos) {
    return absl::InvalidArgumentError("more than one bracket section");
  }
  std::string version;
  std::optional<std::string>& build = (*components)[SpecField::kBuild];
  if (regex_build.has_value()) {
    build = regex_build;
    version.assign(rest);
    version.erase(std::remove(version.begin(), version.end(), ' '), version.end());
  } else {
    SplitBuild(rest, &version, &build);
  }
  (*components)[SpecField::kVersion] = SanitizeVersion(version, build.has_value());
  return absl::OkStatus();
}

// A package file: a URL, or a path, which becomes a URL. If it is in a subdir of a channel, its
// name says everything.
absl::StatusOr<SpecComponents> ReadPackageFile(std::string_view text) {
  SpecComponents components;
  std::string url(text);
  if (!HasScheme(text)) {
    url = PercentDecode(PathToUrl(text));
  }
  components[SpecField::kUrl] = url;
  const ChannelParts parts = ParseChannel(url);
  if (parts.subdir.empty()) {
    std::string_view fn = url;
    fn.remove_prefix(fn.rfind('/') + 1);
    components[SpecField::kName].emplace("*");
    components[SpecField::kFn] = url.starts_with("file://") ? PercentDecode(fn) : std::string(fn);
    return components;
  }
  std::string_view dist = parts.fn;
  dist = dist.substr(0, dist.rfind(dist.ends_with(".conda") ? ".conda" : ".tar.bz2"));
  const std::size_t build = dist.rfind('-');
  const std::size_t version =
      build == std::string_view::npos || build == 0 ? build : dist.rfind('-', build - 1);
  if (build == std::string_view::npos || version == std::string_view::npos || version == 0) {
    return absl::InvalidArgumentError("the file name is not <name>-<version>-<build>");
  }
  components[SpecField::kChannel] = parts.canonical_name;
  components[SpecField::kSubdir] = parts.subdir;
  components[SpecField::kName] = std::string(dist.substr(0, version));
  components[SpecField::kVersion] = std::string(dist.substr(version + 1, build - version - 1));
  components[SpecField::kBuild] = std::string(dist.substr(build + 1));
  components[SpecField::kFn] = parts.fn;
  return components;
}

}  // namespace

std::string_view SpecFieldName(SpecField field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

std::optional<PlainSpec> CutPlainSpec(std::string_view text) {
  constexpr std::string_view kOperators = "=!|,<>~";
  const auto is_word = [](char c) {
    return IsAlphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '+' ||
           c == '*';
  };
  PlainSpec spec;
  const std::size_t name_end = std::min(text.find(' '), text.size());
  spec.name = text.substr(0, name_end);
  if (!IsValidName(spec.name) || IsPackageFile(text)) {
    return std::nullopt;
  }
  if (name_end == text.size()) {
    return spec;
  }
  const std::string_view rest = text.substr(name_end + 1);
  const std::size_t version_end = std::min(rest.find(' '), rest.size());
  spec.version = rest.substr(0, version_end);
  char before = 0;
  for (const char c : spec.version) {
    const bool is_operator = kOperators.find(c) != std::string_view::npos;
    // A '=' behind a version begins a build.
    const bool begins_build = c == '=' && kOperators.find(before) == std::string_view::npos;
    if (begins_build || (!is_operator && !is_word(c) && c != '-')) {
      return std::nullopt;
    }
    before = c;
  }
  if (spec.version.empty() || kOperators.find(before) != std::string_view::npos) {
    return std::nullopt;
  }
  if (version_end < rest.size()) {
    spec.build = rest.substr(version_end + 1);
    if (spec.build.empty() || !std::all_of(spec.build.begin(), spec.build.end(), is_word)) {
      return std::nullopt;
    }
  }
  return spec;
}

absl::StatusOr<SpecComponents> ParseSpecText(std::string_view text) {
  SpecComponents components;
  if (text.empty()) {
    return components;
  }
  if (text.find('\n') != std::string_view::npos) {
    return absl::InvalidArgumentError("it is more than one line");
  }
  if (text.ends_with('@')) {  // "mkl@": whatever provides the feature.
    components[SpecField::kName].emplace("*");
    components[SpecField::kTrackFeatures] = std::string(text.substr(0, text.size() - 1));
    return components;
  }
  text = text.substr(0, text.find('#'));
  if (IsPackageFile(text)) {
    return ReadPackageFile(text);
  }
  std::string rest(text);
  const std::optional<std::string> regex_build = TakeRegexBuild(&rest);
  SpecComponents brackets;
  const std::size_t open = rest.find('[');
  const std::size_t close = rest.rfind(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    const std::string section = rest.substr(open, close - open + 1);
    RETURN_IF_ERROR(
        internal::ReadBrackets(std::string_view(section).substr(1, section.size() - 2), &brackets));
    EraseAll(section, &rest);
  }
  DropParentheses(&rest);

  // "channel:namespace:name": only the last two ':' count, so a URL may have more.
  std::string_view body = rest;
  if (const std::size_t colon = body.rfind(':'); colon != std::string_view::npos) {
    const std::size_t first = colon == 0 ? std::string_view::npos : body.rfind(':', colon - 1);
    if (first != std::string_view::npos) {
      SetChannel(body.substr(0, first), &components);
    }
    body.remove_prefix(colon + 1);
  }
  if (brackets[SpecField::kChannel].has_value()) {
    SetChannel(*brackets[SpecField::kChannel], &components);
    brackets[SpecField::kChannel].reset();
  }
  RETURN_IF_ERROR(ReadNameVersionBuild(body, regex_build, &components));

  // A name in brackets would let "harmless[name=other]" install something else.
  brackets[SpecField::kName].reset();
  for (std::size_t i = 0; i < kNumSpecFields; ++i) {
    const auto field = static_cast<SpecField>(i);
    if (brackets[field].has_value()) {
      components[field] = std::move(brackets[field]);
    }
  }
  return components;
}

}  // namespace satchel
