// conda's canonical form of a spec: what a shell user would write where that is possible, brackets
// for the rest. The rules, including their accidents, are those of MatchSpec.__str__ in
// conda/models/match_spec.py, since other tools read and compare this text.

#include <string>
#include <string_view>

#include "repodata/spec/match_spec.h"

namespace satchel {
namespace {

bool HasAnyOf(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

// Appends ",key=value" or "key=value".
void AddPair(std::string_view key, std::string_view value, bool quoted, std::string* brackets) {
  if (!brackets->empty()) {
    *brackets += ',';
  }
  brackets->append(key).append(quoted ? "='" : "=").append(value).append(quoted ? "'" : "");
}

// Writes the version to `text` or, if it is no simple one, to `brackets`. Returns whether it is
// written as "==", after which a build may follow as "=build".
bool AddVersion(std::string_view version, bool has_build, std::string* text,
                std::string* brackets) {
  const bool is_negative = version.starts_with("!=") || version.starts_with("~=");
  if (HasAnyOf(version, "><$^|,") || (is_negative && has_build)) {
    AddPair("version", version, true, brackets);
    return false;
  }
  if (is_negative) {
    text->append(version);
    return false;
  }
  if (version.ends_with('*')) {
    if (version != "*") {
      version.remove_suffix(version.ends_with(".*") ? 2 : 1);
      text->append("=").append(version);
    }
    return false;
  }
  text->append(version.starts_with("==") ? "" : "==").append(version);
  return true;
}

void AddBuild(std::string_view build, bool version_is_exact, std::string* text,
              std::string* brackets) {
  const bool quoted = HasAnyOf(build, "><$^|,");
  if (version_is_exact && !quoted && !HasAnyOf(build, "*")) {
    text->append("=").append(build);
  } else {
    AddPair("build", build, quoted, brackets);
  }
}

}  // namespace

std::string MatchSpec::ToString() const {
  std::string text;
  std::string brackets;
  const std::optional<std::string> channel = FieldText(SpecField::kChannel);
  const bool channel_is_exact =
      channel.has_value() &&
      !std::get<ChannelMatcher>(FindRareField(SpecField::kChannel)->matcher).is_pattern();
  if (channel_is_exact) {
    text = *channel;
  } else if (channel.has_value() && *channel != "*") {
    AddPair("channel", *channel, false, &brackets);
  }
  if (const std::optional<std::string> subdir = FieldText(SpecField::kSubdir)) {
    if (channel_is_exact) {
      text.append("/").append(*subdir);
    } else {
      AddPair("subdir", *subdir, false, &brackets);
    }
  }
  text += text.empty() ? "" : "::";
  text += has_name_ ? name_.text() : "*";

  bool version_is_exact = false;
  if (has_version_) {
    version_is_exact = AddVersion(version_.text(), has_build_, &text, &brackets);
  }
  if (has_build_) {
    AddBuild(build_.text(), version_is_exact, &text, &brackets);
  }
  const bool has_url = FieldText(SpecField::kUrl).has_value();
  for (const RareField& rare : rare_fields_) {
    const bool is_said_otherwise = rare.field == SpecField::kChannel ||
                                   rare.field == SpecField::kSubdir ||
                                   (rare.field == SpecField::kFn && has_url) ||
                                   (rare.field == SpecField::kUrl && channel.has_value());
    if (is_said_otherwise) {
      continue;
    }
    if (rare.field == SpecField::kFlags || rare.field == SpecField::kExtras) {
      AddPair(SpecFieldName(rare.field), *FieldText(rare.field), false, &brackets);
    } else if (rare.field == SpecField::kWhen) {
      const std::string value = *FieldText(rare.field);
      const char quote = HasAnyOf(value, "'") ? '"' : '\'';
      brackets.append(brackets.empty() ? "" : ",").append("when=");
      brackets.append(1, quote).append(value).append(1, quote);
    } else {
      const std::string value = *FieldText(rare.field);
      AddPair(SpecFieldName(rare.field), value, HasAnyOf(value, ", ="), &brackets);
    }
  }
  return brackets.empty() ? text : text + "[" + brackets + "]";
}

}  // namespace satchel
