#include "repodata/spec/match_spec.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/io/url.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/condition.h"
#include "repodata/spec/extra_depends.h"

namespace satchel {
namespace {

// The distinct words of `text`, which spaces or commas separate, sorted.
std::vector<std::string> SplitFeatures(std::string_view text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find_first_of(", ", begin), text.size());
    if (const std::string_view word = StripSpace(text.substr(begin, end - begin)); !word.empty()) {
      words.emplace_back(word);
    }
    begin = end + 1;
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::string JoinFeatures(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    joined += joined.empty() ? "" : " ";
    joined += word;
  }
  return joined;
}

// The items of a list "[a, 'b']", or the one that a text without brackets is.
absl::StatusOr<std::vector<std::string>> SplitList(std::string_view text) {
  if (!text.starts_with('[')) {
    return std::vector<std::string>{std::string(StripSpace(text))};
  }
  std::vector<std::string> items;
  for (std::string_view item : Split(text.substr(1, text.size() - 2), ',')) {
    item = StripSpace(item);
    if (item.size() >= 2 && (item[0] == '"' || item[0] == '\'') && item.back() == item[0]) {
      item = StripSpace(item.substr(1, item.size() - 2));
    }
    if (item.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat("the list %s has an empty item", text));
    }
    items.emplace_back(item);
  }
  return items;
}

template <typename Items, typename TextOf>
std::string ListText(const Items& items, const TextOf& text_of) {
  std::string text;
  for (const auto& item : items) {
    text.append(text.empty() ? "[" : ",").append(text_of(item));
  }
  return text + "]";
}

absl::Status CheckAll(const std::vector<std::string>& items, std::string (*why)(std::string_view)) {
  for (const std::string& item : items) {
    if (const std::string reason = why(item); !reason.empty()) {
      return absl::InvalidArgumentError(reason);
    }
  }
  return absl::OkStatus();
}

// Whether one of the flags, which spaces separate, matches.
bool HasFlag(std::string_view flags, const StringMatcher& pattern) {
  while (!flags.empty()) {
    const std::size_t end = std::min(flags.find(' '), flags.size());
    if (pattern.Matches(flags.substr(0, end))) {
      return true;
    }
    flags.remove_prefix(std::min(end + 1, flags.size()));
  }
  return false;
}

std::string_view RecordField(const RecordView& record, SpecField field) {
  switch (field) {
    case SpecField::kChannel:
      return record.channel;
    case SpecField::kSubdir:
      return record.subdir;
    case SpecField::kTrackFeatures:
      return record.track_features;
    case SpecField::kFeatures:
      return record.features;
    case SpecField::kMd5:
      return record.md5;
    case SpecField::kSha256:
      return record.sha256;
    case SpecField::kLicense:
      return record.license;
    case SpecField::kLicenseFamily:
      return record.license_family;
    case SpecField::kFn:
      return record.fn;
    case SpecField::kUrl:  // Made up on demand.
    case SpecField::kFlags:
    case SpecField::kExtras:
    case SpecField::kWhen:
    case SpecField::kName:
    case SpecField::kVersion:
    case SpecField::kBuild:
    case SpecField::kBuildNumber:
      break;
  }
  return "";
}

}  // namespace

absl::Status MatchSpec::AddRareField(SpecField field, std::string_view text) {
  RareField rare;
  rare.field = field;
  switch (field) {
    case SpecField::kChannel: {
      ASSIGN_OR_RETURN(rare.matcher, ChannelMatcher::Parse(text));
      break;
    }
    case SpecField::kBuildNumber: {
      ASSIGN_OR_RETURN(rare.matcher, BuildNumberMatcher::Parse(text));
      break;
    }
    case SpecField::kTrackFeatures:
    case SpecField::kFeatures:
      rare.matcher = SplitFeatures(text);
      break;
    case SpecField::kLicense:
    case SpecField::kLicenseFamily: {
      ASSIGN_OR_RETURN(rare.matcher, StringMatcher::Parse(text, StringMatcher::Case::kInsensitive));
      break;
    }
    case SpecField::kFlags: {
      ASSIGN_OR_RETURN(const std::vector<std::string> items, SplitList(text));
      RETURN_IF_ERROR(CheckAll(items, WhyBadFlagPattern));
      Flags flags;
      for (const std::string& item : items) {
        ASSIGN_OR_RETURN(flags.patterns.emplace_back(), StringMatcher::Parse(item));
      }
      rare.matcher = std::move(flags);
      break;
    }
    case SpecField::kExtras: {
      Extras extras;
      ASSIGN_OR_RETURN(extras.groups, SplitList(text));
      RETURN_IF_ERROR(CheckAll(extras.groups, WhyBadGroupName));
      std::sort(extras.groups.begin(), extras.groups.end());
      extras.groups.erase(std::unique(extras.groups.begin(), extras.groups.end()),
                          extras.groups.end());
      rare.matcher = std::move(extras);
      break;
    }
    case SpecField::kWhen: {
      ASSIGN_OR_RETURN(Condition condition, ParseCondition(text));
      std::string said = condition.ToString();
      rare.matcher = When{std::move(said), std::make_shared<const Condition>(std::move(condition))};
      break;
    }
    default:  // conda compares these, globs or not.
      rare.matcher = StringMatcher::Exact(text);
  }
  rare_fields_.push_back(std::move(rare));
  return absl::OkStatus();
}

absl::Status MatchSpec::Build(const SpecComponents& components) {
  for (std::size_t i = 0; i < kNumSpecFields; ++i) {
    const auto field = static_cast<SpecField>(i);
    if (!components[field].has_value()) {
      continue;
    }
    const std::string& text = *components[field];
    if (field == SpecField::kName) {
      ASSIGN_OR_RETURN(name_, StringMatcher::Parse(text, StringMatcher::Case::kLowerPattern));
      has_name_ = true;
    } else if (field == SpecField::kVersion) {
      ASSIGN_OR_RETURN(version_, VersionSpec::Parse(text));
      has_version_ = true;
    } else if (field == SpecField::kBuild) {
      ASSIGN_OR_RETURN(build_, StringMatcher::Parse(text));
      has_build_ = true;
    } else {
      RETURN_IF_ERROR(AddRareField(field, text));
    }
  }
  return absl::OkStatus();
}

absl::Status MatchSpec::Build(const PlainSpec& plain) {
  name_ = StringMatcher::Exact(plain.name);
  has_name_ = true;
  if (!plain.version.empty()) {
    ASSIGN_OR_RETURN(version_, VersionSpec::Parse(plain.version));
    has_version_ = true;
  }
  if (!plain.build.empty()) {
    ASSIGN_OR_RETURN(build_, StringMatcher::Parse(plain.build));
    has_build_ = true;
  }
  return absl::OkStatus();
}

absl::Status MatchSpec::BuildFrom(std::string_view text) {
  // The general way takes six times as long (spec_bench).
  if (const std::optional<PlainSpec> plain = CutPlainSpec(text); plain.has_value()) {
    return Build(*plain);
  }
  ASSIGN_OR_RETURN(const SpecComponents components, ParseSpecText(text));
  return Build(components);
}

absl::StatusOr<MatchSpec> MatchSpec::Parse(std::string_view text) {
  MatchSpec spec;
  const absl::Status status = spec.BuildFrom(text);
  if (!status.ok()) {
    return absl::Status(status.code(),
                        absl::StrFormat("invalid spec '%s': %s", text, ToStd(status.message())));
  }
  return spec;
}

const MatchSpec::RareField* MatchSpec::FindRareField(SpecField field) const {
  for (const RareField& rare : rare_fields_) {
    if (rare.field == field) {
      return &rare;
    }
  }
  return nullptr;
}

std::string_view MatchSpec::build() const {
  return build_.text();
}

std::string_view MatchSpec::channel() const {
  const RareField* rare = FindRareField(SpecField::kChannel);
  return rare == nullptr ? "" : std::string_view(std::get<ChannelMatcher>(rare->matcher).text());
}

std::string_view MatchSpec::subdir() const {
  const RareField* rare = FindRareField(SpecField::kSubdir);
  return rare == nullptr ? "" : std::string_view(std::get<StringMatcher>(rare->matcher).text());
}

const Condition* MatchSpec::when() const {
  const RareField* rare = FindRareField(SpecField::kWhen);
  return rare == nullptr ? nullptr : std::get<When>(rare->matcher).condition.get();
}

const std::vector<std::string>& MatchSpec::extras() const {
  static const auto* const none = new std::vector<std::string>();
  const RareField* rare = FindRareField(SpecField::kExtras);
  return rare == nullptr ? *none : std::get<Extras>(rare->matcher).groups;
}

bool MatchSpec::SaysMoreThanMatches() const {
  return when() != nullptr || !extras().empty();
}

std::optional<std::string> MatchSpec::FieldText(SpecField field) const {
  switch (field) {
    case SpecField::kName:
      return has_name_ ? std::optional(name_.text()) : std::nullopt;
    case SpecField::kVersion:
      return has_version_ ? std::optional(version_.text()) : std::nullopt;
    case SpecField::kBuild:
      return has_build_ ? std::optional(build_.text()) : std::nullopt;
    default:
      break;
  }
  const RareField* rare = FindRareField(field);
  if (rare == nullptr) {
    return std::nullopt;
  }
  if (const auto* features = std::get_if<Features>(&rare->matcher); features != nullptr) {
    return JoinFeatures(*features);
  }
  if (const auto* flags = std::get_if<Flags>(&rare->matcher); flags != nullptr) {
    return ListText(flags->patterns, [](const StringMatcher& one) { return one.text(); });
  }
  if (const auto* extras = std::get_if<Extras>(&rare->matcher); extras != nullptr) {
    return ListText(extras->groups, [](const std::string& one) { return one; });
  }
  if (const auto* when = std::get_if<When>(&rare->matcher); when != nullptr) {
    return when->text;
  }
  if (const auto* number = std::get_if<BuildNumberMatcher>(&rare->matcher); number != nullptr) {
    return number->text();
  }
  if (const auto* channel = std::get_if<ChannelMatcher>(&rare->matcher); channel != nullptr) {
    return channel->text();
  }
  return std::get<StringMatcher>(rare->matcher).text();
}

bool MatchSpec::RareFieldMatches(const RareField& rare, const RecordView& record) {
  if (const auto* number = std::get_if<BuildNumberMatcher>(&rare.matcher); number != nullptr) {
    return number->Matches(record.build_number);
  }
  if (const auto* flags = std::get_if<Flags>(&rare.matcher); flags != nullptr) {
    return std::all_of(
        flags->patterns.begin(), flags->patterns.end(),
        [&](const StringMatcher& pattern) { return HasFlag(record.flags, pattern); });
  }
  if (rare.field == SpecField::kExtras || rare.field == SpecField::kWhen) {
    return true;
  }
  const std::string_view value = RecordField(record, rare.field);
  if (const auto* channel = std::get_if<ChannelMatcher>(&rare.matcher); channel != nullptr) {
    return channel->Matches(value) || channel->MatchesUrl(record.channel_url);
  }
  if (rare.field == SpecField::kUrl) {
    const auto& url = std::get<StringMatcher>(rare.matcher);
    return url.Matches(!record.url.empty() ? std::string(record.url)
                                           : PackageUrl(record.channel_url, record.subdir,
                                                        record.base_url, record.fn));
  }
  if (const auto* features = std::get_if<Features>(&rare.matcher); features != nullptr) {
    return *features == SplitFeatures(value);
  }
  return std::get<StringMatcher>(rare.matcher).Matches(value);
}

bool MatchSpec::Matches(const RecordView& record) const {
  if (has_name_ && !name_.Matches(record.name)) {
    return false;
  }
  if (has_build_ && !build_.Matches(record.build)) {
    return false;
  }
  if (has_version_ && !version_.Matches(record.version)) {
    return false;
  }
  for (const RareField& rare : rare_fields_) {
    if (!RareFieldMatches(rare, record)) {
      return false;
    }
  }
  return true;
}

bool MatchSpec::IsChannelFree() const {
  for (const RareField& rare : rare_fields_) {
    const auto* channel = std::get_if<ChannelMatcher>(&rare.matcher);
    if (rare.field != SpecField::kBuildNumber &&
        (channel == nullptr || !channel->matches_everything())) {
      return false;
    }
  }
  return true;
}

bool MatchSpec::HasBuildPart() const {
  return (has_build_ && !build_.matches_everything()) || !rare_fields_.empty();
}

}  // namespace satchel
