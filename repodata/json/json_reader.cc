#include "repodata/json/json_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "repodata/json/json_text.h"
#include "repodata/json/json_walk.h"
#include "repodata/spec/extra_depends.h"
#include "repodata/spec/record_rules.h"

namespace satchel {
namespace {

// The key of a revision to come (CEP 48): "v4", "v10".
bool IsRevision(std::string_view key) {
  return key.size() >= 2 && key[0] == 'v' && key[1] >= '1' && key[1] <= '9' &&
         key.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

class RepodataReader final : public JsonWalk {
 public:
  RepodataReader(const TextBuffer& text, const std::string& label, IndexBuilder& builder)
      : JsonWalk(text, label, builder.arena()), builder_(builder) {}

  bool Read(std::size_t start, RepodataInfo& info);

 private:
  // A map from file names to records.
  struct Section {
    std::string extension;  // ".conda" if the keys are to be read with it appended (v3).
    bool is_conda;
  };

  bool ReadInfo(JsonNode& node, RepodataInfo& info);
  bool ReadRelations(JsonNode& node, RepodataInfo& info);
  bool ReadVersion(JsonNode& node);
  bool ReadRemoved(JsonNode& node);
  bool ReadSection(JsonNode& node, Section section);
  bool ReadRevision3(JsonNode& node);
  bool SkipRevision(std::string_view revision, JsonNode& node);
  bool SkipKind(std::string_view kind, std::string_view why, JsonNode& node);
  bool ReadRecord(std::string_view fn, JsonNode& node);
  bool ReadField(std::string_view key, JsonNode& node);

  bool ReadRequired(std::string_view key, JsonNode& node, std::string_view& text);
  bool ReadOptional(JsonNode& node, std::string_view& text);
  bool ReadHash(JsonNode& node, std::string_view& text);
  bool ReadBuildNumber(JsonNode& node);
  bool ReadWhole(JsonNode& node, std::int64_t& number);
  bool ReadNoarch(JsonNode& node);
  bool ReadFeatures(std::string_view key, JsonNode& node, std::string_view& joined,
                    std::uint16_t& count);
  bool ReadSpecs(std::string_view key, JsonNode& node, std::vector<DraftSpecId>& specs);
  bool ReadFlags(JsonNode& node);
  bool ReadExtraDepends(JsonNode& node);

  // The record cannot be used; the first reason counts.
  void Complain(std::string reason) {
    if (complaint_.empty()) {
      complaint_ = std::move(reason);
    }
  }

  IndexBuilder& builder_;
  // The record being read; kept for their memory.
  RecordFields fields_;
  std::vector<DraftSpecId> depends_;
  std::vector<DraftSpecId> constrains_;
  std::vector<DraftSpecId> extra_specs_;
  // Of the record before it, whose neighbour it usually is: 56 % of the specs of conda-forge stand
  // at the same place there.
  std::vector<DraftSpecId> last_depends_;
  std::vector<DraftSpecId> last_constrains_;
  std::int64_t indexed_timestamp_ = 0;
  std::int64_t timestamp_ = 0;
  std::string complaint_;
};

bool RepodataReader::Read(std::size_t start, RepodataInfo& info) {
  return Document(start, [&](std::string_view key, JsonNode& node) {
    if (key == "info") {
      return ReadInfo(node, info);
    }
    if (key == "packages") {
      return ReadSection(node, {.extension = {}, .is_conda = false});
    }
    if (key == "packages.conda") {
      return ReadSection(node, {.extension = {}, .is_conda = true});
    }
    if (key == "removed") {
      return ReadRemoved(node);
    }
    if (key == "repodata_version") {
      return ReadVersion(node);
    }
    if (key == "v3") {
      return ReadRevision3(node);
    }
    return IsRevision(key) ? SkipRevision(key, node) : Skip(node);
  });
}

bool RepodataReader::ReadInfo(JsonNode& node, RepodataInfo& info) {
  if (node.kind() != '{') {
    return Fail(node, "info is not an object");
  }
  return ForEachField(node, [&](std::string_view key, JsonNode& field) {
    if (key == "repodata_version") {
      return ReadVersion(field);
    }
    if (key == "channel_relations") {
      return ReadRelations(field, info);
    }
    if (key != "subdir" && key != "base_url") {
      return Skip(field);
    }
    if (field.kind() == 'n') {
      return Skip(field);
    }
    if (field.kind() != '"') {
      return Fail(field, absl::StrFormat("info.%s is not a string", key));
    }
    std::string_view& text = key == "subdir" ? info.subdir : info.base_url;
    if (!ReadString(field, text)) {
      return false;
    }
    return key == "base_url" || text.empty() || IsSubdir(text) ||
           Fail(field, "info.subdir is not the name of a subdir");
  });
}

// CEP 42. Keys to come are none of ours.
bool RepodataReader::ReadRelations(JsonNode& node, RepodataInfo& info) {
  if (node.kind() == 'n') {
    return Skip(node);
  }
  if (node.kind() != '{') {
    return Fail(node, "info.channel_relations is not an object");
  }
  return ForEachField(node, [&](std::string_view key, JsonNode& field) {
    if ((key != "base" && key != "overrides") || field.kind() == 'n') {
      return Skip(field);
    }
    if (field.kind() != '"') {
      return Fail(field, absl::StrFormat("info.channel_relations.%s is not a string", key));
    }
    return ReadString(field, key == "base" ? info.base_channel : info.overridden_channel);
  });
}

// What a greater version means cannot be guessed: CEP 48 reserves it for changes that break
// readers.
bool RepodataReader::ReadVersion(JsonNode& node) {
  constexpr std::uint64_t kNewest = 3;
  const std::optional<std::uint64_t> version = UnsignedNumber(Trim(node.token));
  if (version.has_value() && *version > kNewest) {
    return Fail(node, absl::StrFormat("repodata_version %d is newer than %d", *version, kNewest),
                absl::StatusCode::kUnimplemented);
  }
  return Skip(node);
}

bool RepodataReader::ReadRemoved(JsonNode& node) {
  if (node.kind() != '[') {
    return Fail(node, "removed is not an array");
  }
  return ForEachElement(node, [&](JsonNode& element) {
    if (element.kind() != '"') {
      return Fail(element, "removed holds something else than file names");
    }
    std::string_view fn;
    if (!ReadString(element, fn)) {
      return false;
    }
    builder_.RemoveRecord(fn);
    return true;
  });
}

bool RepodataReader::ReadSection(JsonNode& node, Section section) {
  if (node.kind() != '{') {
    return Fail(node, "packages is not an object");
  }
  return ForEachField(node, [&](std::string_view key, JsonNode& record) {
    std::string_view fn = key;
    if (!section.extension.empty()) {
      fn = builder_.Keep(std::string(key).append(section.extension));
    }
    fields_ = {};
    const bool is_tar = fn.ends_with(".tar.bz2");
    fields_.is_conda_format = fn.ends_with(".conda") || (section.is_conda && !is_tar);
    return ReadRecord(fn, record);
  });
}

// CEP 48: {"v3": {"conda": {"name-version-build": record}}}.
bool RepodataReader::ReadRevision3(JsonNode& node) {
  if (node.kind() != '{') {
    return Fail(node, "v3 is not an object");
  }
  return ForEachField(node, [&](std::string_view key, JsonNode& section) {
    if (key == "conda") {
      return ReadSection(section, {.extension = ".conda", .is_conda = true});
    }
    if (key == "tar.bz2") {
      return ReadSection(section, {.extension = ".tar.bz2", .is_conda = false});
    }
    if (key == "whl") {
      return ReadSection(section, {.extension = ".whl", .is_conda = false});
    }
    return SkipKind(key, "packages of this kind are not supported", section);
  });
}

// What satchel is too old for is told, not passed over: an answer may be another one with it.
bool RepodataReader::SkipRevision(std::string_view revision, JsonNode& node) {
  if (node.kind() != '{') {
    return Skip(node);
  }
  const std::string why =
      absl::StrFormat("revision %s of repodata is newer than this satchel", revision);
  return ForEachField(node, [&](std::string_view kind, JsonNode& section) {
    return section.kind() == '{' ? SkipKind(kind, why, section) : Skip(section);
  });
}

bool RepodataReader::SkipKind(std::string_view kind, std::string_view why, JsonNode& node) {
  if (node.kind() != '{') {
    return Fail(node, "packages is not an object");
  }
  return ForEachField(node, [&](std::string_view stem, JsonNode& record) {
    builder_.SkipRecord(builder_.Keep(absl::StrFormat("%s.%s", stem, kind)), {}, std::string(why));
    return Skip(record);
  });
}

bool RepodataReader::ReadRecord(std::string_view fn, JsonNode& node) {
  if (node.kind() != '{') {
    builder_.SkipRecord(fn, {}, "the record is not an object");
    return Skip(node);
  }
  fields_.fn = fn;
  depends_.swap(last_depends_);
  depends_.clear();
  constrains_.swap(last_constrains_);
  constrains_.clear();
  extra_specs_.clear();
  indexed_timestamp_ = 0;
  timestamp_ = 0;
  complaint_.clear();
  if (!ForEachField(node,
                    [&](std::string_view key, JsonNode& field) { return ReadField(key, field); })) {
    return false;
  }
  // A field that was there has a place in the text, be it empty.
  if (fields_.name.data() == nullptr || fields_.version.data() == nullptr ||
      fields_.build.data() == nullptr) {
    Complain(absl::StrFormat("%s is missing", fields_.name.data() == nullptr      ? "name"
                                              : fields_.version.data() == nullptr ? "version"
                                                                                  : "build"));
  }
  if (!complaint_.empty()) {
    builder_.SkipRecord(fn, fields_.name, std::move(complaint_));
    return true;
  }
  fields_.depends = depends_;
  fields_.constrains = constrains_;
  fields_.extra_specs = extra_specs_;
  fields_.timestamp_ms = TimestampMs(indexed_timestamp_ > 0 ? indexed_timestamp_ : timestamp_);
  builder_.AddRecord(fields_);
  return true;
}

// Ordered by length first, which the compiler makes a jump: a record has some 17 fields.
bool RepodataReader::ReadField(std::string_view key, JsonNode& node) {
  switch (key.size()) {
    case 3:
      // Not "url": where a package is fetched from is not for its record to say (as in conda).
      return key == "md5" ? ReadHash(node, fields_.md5) : Skip(node);
    case 4:
      if (key == "name") {
        return ReadRequired(key, node, fields_.name);
      }
      if (key == "size") {
        std::int64_t size = 0;
        if (!ReadWhole(node, size)) {
          return false;
        }
        fields_.size_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0));
        return true;
      }
      return Skip(node);
    case 5:
      if (key == "build") {
        return ReadRequired(key, node, fields_.build);
      }
      return key == "flags" ? ReadFlags(node) : Skip(node);
    case 6:
      if (key == "sha256") {
        return ReadHash(node, fields_.sha256);
      }
      return key == "noarch" ? ReadNoarch(node) : Skip(node);
    case 7:
      if (key == "version") {
        return ReadRequired(key, node, fields_.version);
      }
      if (key == "depends") {
        return ReadSpecs(key, node, depends_);
      }
      return key == "license" ? ReadOptional(node, fields_.license) : Skip(node);
    case 8:
      return key == "features" ? ReadFeatures(key, node, fields_.features, fields_.num_features)
                               : Skip(node);
    case 9:
      return key == "timestamp" ? ReadWhole(node, timestamp_) : Skip(node);
    case 10:
      return key == "constrains" ? ReadSpecs(key, node, constrains_) : Skip(node);
    case 12:
      return key == "build_number" ? ReadBuildNumber(node) : Skip(node);
    case 13:
      return key == "extra_depends" ? ReadExtraDepends(node) : Skip(node);
    case 14:
      if (key == "track_features") {
        return ReadFeatures(key, node, fields_.track_features, fields_.num_track_features);
      }
      return key == "license_family" ? ReadOptional(node, fields_.license_family) : Skip(node);
    case 17:
      return key == "indexed_timestamp" ? ReadWhole(node, indexed_timestamp_) : Skip(node);
    case 25:
      return key == "python_site_packages_path"
                 ? ReadOptional(node, fields_.python_site_packages_path)
                 : Skip(node);
    default:
      return Skip(node);
  }
}

bool RepodataReader::ReadRequired(std::string_view key, JsonNode& node, std::string_view& text) {
  if (node.kind() == '"') {
    return ReadString(node, text);
  }
  Complain(absl::StrFormat("%s is not a string", key));
  return Skip(node);
}

// What is not a string is as good as absent: null is common, and no choice depends on these fields.
bool RepodataReader::ReadOptional(JsonNode& node, std::string_view& text) {
  return node.kind() == '"' ? ReadString(node, text) : Skip(node);
}

// A hash that is no hash stays as it is: its package then fails to verify, as it should.
bool RepodataReader::ReadHash(JsonNode& node, std::string_view& text) {
  if (!ReadOptional(node, text)) {
    return false;
  }
  unsigned has_upper = 0;
  for (const char c : text) {
    has_upper |= static_cast<unsigned>(c >= 'A') & static_cast<unsigned>(c <= 'Z');
  }
  if (has_upper != 0) {
    text = builder_.Keep(ToLower(text));
  }
  return true;
}

bool RepodataReader::ReadBuildNumber(JsonNode& node) {
  if (const std::optional<std::uint64_t> plain = PlainNumber(Trim(node.token))) {
    fields_.build_number = *plain;
    return true;
  }
  const std::optional<std::uint64_t> number = UnsignedNumber(Trim(node.token));
  if (number.has_value()) {
    fields_.build_number = *number;
  } else if (node.kind() != 'n') {
    Complain("build_number is not a whole number");
  }
  return Skip(node);
}

bool RepodataReader::ReadWhole(JsonNode& node, std::int64_t& number) {
  if (const std::optional<std::uint64_t> plain = PlainNumber(Trim(node.token))) {
    number = static_cast<std::int64_t>(*plain);
    return true;
  }
  if (node.kind() == '-' || (node.kind() >= '0' && node.kind() <= '9')) {
    number = WholeNumber(Trim(node.token)).value_or(0);
  }
  return Skip(node);
}

// "generic" or "python"; old records have true, which conda reads as generic, as it does any other
// word.
bool RepodataReader::ReadNoarch(JsonNode& node) {
  if (node.kind() == 't') {
    fields_.noarch = NoarchKind::kGeneric;
  }
  if (node.kind() != '"') {
    return Skip(node);
  }
  std::string_view text;
  if (!ReadString(node, text)) {
    return false;
  }
  fields_.noarch = ToLower(text) == "python" ? NoarchKind::kPython : NoarchKind::kGeneric;
  return true;
}

bool RepodataReader::ReadFeatures(std::string_view key, JsonNode& node, std::string_view& joined,
                                  std::uint16_t& count) {
  std::string features;
  std::size_t num_features = 0;
  const bool is_list = node.kind() == '[';
  const auto append = [&](JsonNode& element) {
    std::string_view text;
    if (element.kind() != '"') {
      Complain(absl::StrFormat("%s is neither a string nor a list of strings", key));
      return Skip(element);
    }
    if (!ReadString(element, text)) {
      return false;
    }
    // An item of a list is one feature, as it stands (conda's _FeaturesField).
    const std::size_t in_text = AppendFeatures(text, features);
    num_features += is_list ? std::min<std::size_t>(in_text, 1) : in_text;
    return true;
  };
  const bool is_read = is_list              ? ForEachElement(node, append)
                       : node.kind() == 'n' ? Skip(node)
                                            : append(node);
  count = static_cast<std::uint16_t>(std::min<std::size_t>(num_features, 0xFFFF));
  joined = features.empty() ? std::string_view() : builder_.Keep(features);
  return is_read;
}

bool RepodataReader::ReadSpecs(std::string_view key, JsonNode& node,
                               std::vector<DraftSpecId>& specs) {
  specs.clear();  // A key that is repeated: the last one counts, as in every JSON reader.
  static const auto* const none = new std::vector<DraftSpecId>();
  const std::vector<DraftSpecId>& guesses = &specs == &depends_      ? last_depends_
                                            : &specs == &constrains_ ? last_constrains_
                                                                     : *none;
  if (node.kind() != '[') {
    if (node.kind() != 'n') {
      Complain(absl::StrFormat("%s is not a list", key));
    }
    return Skip(node);
  }
  return ForEachElement(node, [&](JsonNode& element) {
    if (element.kind() != '"') {
      Complain(absl::StrFormat("%s holds something else than strings", key));
      return Skip(element);
    }
    std::string_view text;
    if (!ReadString(element, text)) {
      return false;
    }
    const std::size_t at = specs.size();
    specs.push_back(
        builder_.AddSpec(text, at < guesses.size() ? guesses[at] : DraftSpecId::None()));
    return true;
  });
}

bool RepodataReader::ReadFlags(JsonNode& node) {
  std::string flags;
  if (node.kind() != '[') {
    if (node.kind() != 'n') {
      Complain("flags is not a list");
    }
    return Skip(node);
  }
  const bool is_read = ForEachElement(node, [&](JsonNode& element) {
    std::string_view text;
    if (element.kind() != '"') {
      Complain("flags holds something else than strings");
      return Skip(element);
    }
    if (!ReadString(element, text)) {
      return false;
    }
    if (std::string why = WhyBadFlag(text); !why.empty()) {
      Complain("flags: " + why);
    }
    flags.append(flags.empty() ? "" : " ").append(text);
    return true;
  });
  fields_.flags = builder_.Keep(flags);
  return is_read;
}

bool RepodataReader::ReadExtraDepends(JsonNode& node) {
  ExtraDepends groups;
  extra_specs_.clear();
  if (node.kind() != '{') {
    if (node.kind() != 'n') {
      Complain("extra_depends is not an object");
    }
    return Skip(node);
  }
  const bool is_read = ForEachField(node, [&](std::string_view name, JsonNode& list) {
    if (std::string why = WhyBadGroupName(name); !why.empty()) {
      Complain("extra_depends: " + why);
    }
    std::vector<DraftSpecId> specs;
    if (!ReadSpecs("extra_depends", list, specs)) {
      return false;
    }
    groups.push_back({std::string(name), {}});
    for (const DraftSpecId spec : specs) {
      groups.back().second.emplace_back(builder_.TextOf(spec));
    }
    extra_specs_.insert(extra_specs_.end(), specs.begin(), specs.end());
    return true;
  });
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  fields_.extra_depends = builder_.Keep(ExtraDependsText(groups));
  return is_read;
}

}  // namespace

absl::StatusOr<RepodataInfo> ReadRepodataJson(const TextBuffer& text, const std::string& label,
                                              IndexBuilder& builder) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string_view json = text.text();
  const std::size_t start = json.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  RepodataInfo info;
  // CEP 36: an empty file is an empty object.
  if (json.find_first_not_of(" \t\r\n", start) == std::string_view::npos) {
    return info;
  }
  // Real records take 380 to 1,000 bytes; room that is not used costs nothing.
  builder.Reserve(json.size() / 380);
  RepodataReader reader(text, label, builder);
  if (!reader.Read(start, info)) {
    return reader.status();
  }
  return info;
}

}  // namespace satchel
