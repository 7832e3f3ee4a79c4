#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/build_number_matcher.h"
#include "repodata/spec/channel_matcher.h"
#include "repodata/spec/match_spec_text.h"
#include "repodata/spec/string_matcher.h"
#include "repodata/version/version_spec.h"

namespace satchel {

struct Condition;

// The fields of a record that a MatchSpec can look at. Views of the caller's data.
struct RecordView {
  std::string_view name;
  VersionRef version;
  std::string_view build;
  std::uint64_t build_number = 0;
  std::string_view channel;  // Canonical name ("conda-forge"), see repodata/spec/channel_name.h.
  std::string_view subdir;
  std::string_view fn;
  std::string_view url;          // As in the record; otherwise it follows from the next two.
  std::string_view channel_url;  // The URL of the channel. A spec may also name the channel by it.
  std::string_view base_url;     // Of the channel's repodata.
  std::string_view md5;          // Lower-case hex or empty.
  std::string_view sha256;
  std::string_view license;
  std::string_view license_family;
  std::string_view track_features;  // Separated by one space.
  std::string_view features;
  std::string_view flags;  // CEP 45; separated by one space.
};

// A package requirement (CEP 29, the whole grammar, and CEP 43 to 45; conda's MatchSpec decides
// unclear cases).
// Immutable after Parse; cheap to move.
class MatchSpec final {
 public:
  // Errors: kInvalidArgument, "invalid spec 'x': why (what to write instead, if known)";
  // kUnimplemented for regular expressions that Regex does not support; kResourceExhausted for a
  // regular expression that is too large.
  [[nodiscard]] static absl::StatusOr<MatchSpec> Parse(std::string_view text);

  // Lower case; "*" or a glob if the name is one; empty if the spec has no name.
  const std::string& name() const { return name_.text(); }
  bool name_is_glob() const { return name_.kind() != StringMatcher::Kind::kExact; }
  const VersionSpec& version() const { return version_; }  // Matches everything if not given.
  std::string_view build() const;                          // As written, empty if not given.
  std::string_view channel() const;  // Canonical channel name, empty if not given.
  std::string_view subdir() const;   // Empty if not given.

  // The condition under which the spec counts at all; null if it always does. Not looked at by
  // Matches().
  const Condition* when() const;
  // The groups of optional dependencies that it asks for, sorted, each once. A record without them
  // matches too.
  const std::vector<std::string>& extras() const;
  // Whether it says more than which records match.
  bool HasWhenOrExtras() const { return !rare_fields_.empty() && SaysMoreThanMatches(); }

  // The text that ToString() shows for the field; nothing if the spec does not mention it.
  std::optional<std::string> FieldText(SpecField field) const;

  // conda's canonical form ("numpy[version='>=1.8']").
  std::string ToString() const;

  // Whether the record satisfies every key of the spec, its name included. Cost: no allocation
  // unless the spec has one of the rare keys or a regular expression.
  bool Matches(const RecordView& record) const;

  // True if only name, version, build and build number matter: the result is then the same in every
  // channel and subdir.
  bool IsChannelFree() const;
  // The same in two parts, so that a solver can evaluate the version part once per distinct
  // version.
  bool HasBuildPart() const;  // Anything beyond name and version.

 private:
  // The words of a features field, sorted; a record must have exactly these.
  using Features = std::vector<std::string>;
  struct Flags {
    std::vector<StringMatcher> patterns;  // A record must have a flag for each.
  };
  struct Extras {
    std::vector<std::string> groups;
  };
  struct When {
    std::string text;
    std::shared_ptr<const Condition> condition;
  };
  // A constraint on a field that few specs have.
  struct RareField {
    SpecField field;
    std::variant<StringMatcher, BuildNumberMatcher, ChannelMatcher, Features, Flags, Extras, When>
        matcher;
  };

  MatchSpec() = default;
  absl::Status BuildFrom(std::string_view text);
  absl::Status Build(const SpecComponents& components);
  absl::Status Build(const PlainSpec& plain);
  absl::Status AddRareField(SpecField field, std::string_view text);
  const RareField* FindRareField(SpecField field) const;
  bool SaysMoreThanMatches() const;
  static bool RareFieldMatches(const RareField& field, const RecordView& record);

  StringMatcher name_;
  VersionSpec version_;
  StringMatcher build_;
  std::vector<RareField> rare_fields_;  // In the order of SpecField.
  bool has_name_ = false;
  bool has_version_ = false;
  bool has_build_ = false;
};

}  // namespace satchel
