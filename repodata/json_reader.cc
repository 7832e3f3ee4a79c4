// The only file that includes simdjson: its inline code is compiled for the flags of the file that
// includes it, so a second one would see other types of the same names.

#include "repodata/json_reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "repodata/json_text.h"
#include "repodata/record_rules.h"

namespace satchel {
namespace {

namespace ondemand = simdjson::ondemand;

// Nothing in repodata is nested deeper than five levels; the walk is recursive.
constexpr int kMaxDepth = 200;

// A value where it stands, not read yet.
struct Node {
  ondemand::value value;
  std::string_view token;  // Its first token, with the white space behind it.

  char kind() const { return token[0]; }  // { [ " t f n - or a digit, unless the text is malformed.
};

// A walk over a JSON text that checks all of it, on top of simdjson's on-demand parser, which
// checks only what is looked at: stage 1 finds the tokens (and bad UTF-8, open strings, control
// characters); on-demand moves from one to the next and checks commas, colons and brackets; the
// scalars are checked here, in place and mostly without a copy.
//
// Functions that return bool return false once something is wrong. status() says what and where,
// and nothing may be read after that.
class JsonWalk {
 public:
  JsonWalk(const TextBuffer& text, const std::string& label, TextArena& arena)
      : label_(label), arena_(arena), text_(text.text()), next_backslash_(text_.data()) {}

  const absl::Status& status() const { return status_; }

 protected:
  // Calls visit(key, node) for each field of the outermost object, then requires the end of the
  // text.
  template <typename Visit>
  bool Document(std::size_t start, Visit visit);
  // `visit` returns bool, and must read or Skip() the node.
  template <typename Visit>
  bool ForEachField(Node& node, Visit visit);
  template <typename Visit>
  bool ForEachElement(Node& node, Visit visit);

  // Requires node.kind() == '"'. The result lives as long as the JSON text and the arena.
  bool ReadString(Node& node, std::string_view& text);
  // Checks and passes over a value of any type.
  bool Skip(Node& node, int depth = 0);

  bool Fail(std::size_t offset, std::string_view what,
            absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    status_ = absl::Status(code, absl::StrFormat("%s: %s at byte %d", label_, what, offset));
    return false;
  }
  bool Fail(const Node& node, std::string_view what,
            absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    return Fail(static_cast<std::size_t>(node.token.data() - text_.data()), what, code);
  }
  TextArena& arena() { return arena_; }
  static std::string_view Trim(std::string_view token) {
    const std::size_t last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last + 1);
  }

 private:
  template <typename Visit>
  bool Fields(ondemand::object object, Visit visit);
  bool FailAtCursor(simdjson::error_code error);
  bool FailStage1(simdjson::error_code error, std::size_t start);
  bool Resolve(std::string_view raw, std::string_view& text);
  bool CheckScalar(const Node& node);

  const std::string& label_;
  TextArena& arena_;
  std::string_view text_;
  const char* next_backslash_;  // The first at or behind the last string read.
  ondemand::parser parser_;
  ondemand::document document_;
  absl::Status status_;
};

template <typename Visit>
bool JsonWalk::Document(std::size_t start, Visit visit) {
  const simdjson::padded_string_view padded(text_.data() + start, text_.size() - start,
                                            text_.size() - start + TextBuffer::kPadding);
  if (const auto error = parser_.iterate(padded).get(document_); error != simdjson::SUCCESS) {
    return FailStage1(error, start);
  }
  ondemand::object root;
  if (const auto error = document_.get_object().get(root); error != simdjson::SUCCESS) {
    return error == simdjson::INCORRECT_TYPE ? Fail(start, "not an object")
                                             : Fail(text_.size(), "the text ends too early");
  }
  if (!Fields(root, visit)) {
    return false;
  }
  const char* behind = nullptr;
  if (document_.current_location().get(behind) != simdjson::OUT_OF_BOUNDS) {
    return FailAtCursor(simdjson::TRAILING_CONTENT);
  }
  return true;
}

template <typename Visit>
bool JsonWalk::Fields(ondemand::object object, Visit visit) {
  for (auto result : object) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field); error != simdjson::SUCCESS) {
      return FailAtCursor(error);
    }
    const char* const first = field.key().raw();
    Node node = {field.value(), field.value().raw_json_token()};
    // The key's last quote is the one before the colon before the value: nearer than from the
    // front.
    const char* last = node.token.data();
    do {
      --last;
    } while (*last != ':');
    do {
      --last;
    } while (*last != '"');
    std::string_view key;
    if (!Resolve({first, static_cast<std::size_t>(last - first)}, key) || !visit(key, node)) {
      return false;
    }
  }
  return true;
}

template <typename Visit>
bool JsonWalk::ForEachField(Node& node, Visit visit) {
  ondemand::object object;
  if (const auto error = node.value.get_object().get(object); error != simdjson::SUCCESS) {
    return FailAtCursor(error);
  }
  return Fields(object, visit);
}

template <typename Visit>
bool JsonWalk::ForEachElement(Node& node, Visit visit) {
  ondemand::array array;
  if (const auto error = node.value.get_array().get(array); error != simdjson::SUCCESS) {
    return FailAtCursor(error);
  }
  for (auto result : array) {
    Node element;
    if (const auto error = std::move(result).get(element.value); error != simdjson::SUCCESS) {
      return FailAtCursor(error);
    }
    element.token = element.value.raw_json_token();
    if (!visit(element)) {
      return false;
    }
  }
  return true;
}

bool JsonWalk::FailAtCursor(simdjson::error_code error) {
  const char* at = nullptr;
  const bool is_inside = document_.current_location().get(at) == simdjson::SUCCESS;
  const std::size_t offset = is_inside ? static_cast<std::size_t>(at - text_.data()) : text_.size();
  return Fail(std::min(offset, text_.size()), simdjson::error_message(error));
}

bool JsonWalk::FailStage1(simdjson::error_code error, std::size_t start) {
  const std::string_view text = text_.substr(start);
  switch (error) {
    case simdjson::UTF8_ERROR:
      return Fail(start + FindBadUtf8(text), "malformed UTF-8");
    case simdjson::UNCLOSED_STRING:
      return Fail(start + FindBadString(text), "a string has no end");
    case simdjson::UNESCAPED_CHARS:
      return Fail(start + FindBadString(text), "a control character in a string");
    case simdjson::CAPACITY:
      return Fail(start, "more than 4 GiB of text", absl::StatusCode::kResourceExhausted);
    case simdjson::MEMALLOC:
      return Fail(start, "no memory", absl::StatusCode::kResourceExhausted);
    default:
      return Fail(start, simdjson::error_message(error));
  }
}

bool JsonWalk::Resolve(std::string_view raw, std::string_view& text) {
  // Strings come in the order of the text, so looking only for the next backslash of the whole
  // text, which mostly has none, is cheaper than to search every string: 5 ns each.
  const char* const end = raw.data() + raw.size();
  if (next_backslash_ < raw.data()) {
    const char* const text_end = text_.data() + text_.size();
    const void* const at =
        std::memchr(raw.data(), '\\', static_cast<std::size_t>(text_end - raw.data()));
    next_backslash_ = at != nullptr ? static_cast<const char*>(at) : text_end;
  }
  if (next_backslash_ >= end) {
    text = raw;
    return true;
  }
  const std::optional<std::string_view> resolved = UnescapeJson(raw, arena_);
  if (!resolved.has_value()) {
    return Fail(static_cast<std::size_t>(next_backslash_ - text_.data()), "malformed escape");
  }
  text = *resolved;
  return true;
}

bool JsonWalk::ReadString(Node& node, std::string_view& text) {
  // A string must be consumed: on-demand's skip takes one before a colon for a key.
  if (node.value.get_raw_json_string().error() != simdjson::SUCCESS) {
    return Fail(node, "a string was expected");
  }
  const std::string_view token = Trim(node.token);
  if (token.size() < 2 || token.back() != '"') {
    return Fail(node, "malformed string");
  }
  return Resolve(token.substr(1, token.size() - 2), text);
}

bool JsonWalk::CheckScalar(const Node& node) {
  const std::string_view token = Trim(node.token);
  if (token == "null" || token == "true" || token == "false" || IsJsonNumber(token)) {
    return true;
  }
  return Fail(node, "a value was expected");
}

bool JsonWalk::Skip(Node& node, int depth) {
  if (depth > kMaxDepth) {
    return Fail(node, "nested too deep");
  }
  switch (node.kind()) {
    case '{':
      return ForEachField(node,
                          [&](std::string_view, Node& field) { return Skip(field, depth + 1); });
    case '[':
      return ForEachElement(node, [&](Node& element) { return Skip(element, depth + 1); });
    case '"': {
      std::string_view text;
      return ReadString(node, text);
    }
    default:
      return CheckScalar(node);
  }
}

class RepodataReader final : public JsonWalk {
 public:
  RepodataReader(const TextBuffer& text, const std::string& label, IndexBuilder& builder)
      : JsonWalk(text, label, builder.arena()), builder_(builder) {}

  bool Read(std::size_t start, RepodataInfo& info);

 private:
  // A map from file names to records.
  struct Section {
    std::string_view extension;  // ".conda" if the keys are to be read with it appended (v3).
    bool is_conda;
  };

  bool ReadInfo(Node& node, RepodataInfo& info);
  bool ReadVersion(Node& node);
  bool ReadRemoved(Node& node);
  bool ReadSection(Node& node, Section section);
  bool ReadRevision3(Node& node);
  bool ReadRecord(std::string_view fn, Node& node);
  bool ReadField(std::string_view key, Node& node);

  bool ReadRequired(std::string_view key, Node& node, std::string_view& text);
  bool ReadOptional(Node& node, std::string_view& text);
  bool ReadHash(Node& node, std::string_view& text);
  bool ReadBuildNumber(Node& node);
  bool ReadWhole(Node& node, std::int64_t& number);
  bool ReadNoarch(Node& node);
  bool ReadFeatures(std::string_view key, Node& node, std::string_view& joined,
                    std::uint16_t& count);
  bool ReadSpecs(std::string_view key, Node& node, std::vector<DraftSpecId>& specs);

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
  std::int64_t indexed_timestamp_ = 0;
  std::int64_t timestamp_ = 0;
  std::string complaint_;
};

bool RepodataReader::Read(std::size_t start, RepodataInfo& info) {
  return Document(start, [&](std::string_view key, Node& node) {
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
    return key == "v3" ? ReadRevision3(node) : Skip(node);
  });
}

bool RepodataReader::ReadInfo(Node& node, RepodataInfo& info) {
  if (node.kind() != '{') {
    return Fail(node, "info is not an object");
  }
  return ForEachField(node, [&](std::string_view key, Node& field) {
    if (key == "repodata_version") {
      return ReadVersion(field);
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

// What a greater version means cannot be guessed: CEP 48 reserves it for changes that break
// readers.
bool RepodataReader::ReadVersion(Node& node) {
  constexpr std::uint64_t kNewest = 3;
  const std::optional<std::uint64_t> version = UnsignedNumber(Trim(node.token));
  if (version.has_value() && *version > kNewest) {
    return Fail(node, absl::StrFormat("repodata_version %d is newer than %d", *version, kNewest),
                absl::StatusCode::kUnimplemented);
  }
  return Skip(node);
}

bool RepodataReader::ReadRemoved(Node& node) {
  if (node.kind() != '[') {
    return Fail(node, "removed is not an array");
  }
  return ForEachElement(node, [&](Node& element) {
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

bool RepodataReader::ReadSection(Node& node, Section section) {
  if (node.kind() != '{') {
    return Fail(node, "packages is not an object");
  }
  return ForEachField(node, [&](std::string_view key, Node& record) {
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
bool RepodataReader::ReadRevision3(Node& node) {
  if (node.kind() != '{') {
    return Fail(node, "v3 is not an object");
  }
  return ForEachField(node, [&](std::string_view key, Node& section) {
    if (key == "conda") {
      return ReadSection(section, {.extension = ".conda", .is_conda = true});
    }
    if (key == "tar.bz2") {
      return ReadSection(section, {.extension = ".tar.bz2", .is_conda = false});
    }
    if (section.kind() != '{') {
      return Fail(section, "packages is not an object");
    }
    return ForEachField(section, [&](std::string_view stem, Node& record) {
      builder_.SkipRecord(absl::StrFormat("%s.%s", stem, key),
                          "packages of this kind are not supported");
      return Skip(record);
    });
  });
}

bool RepodataReader::ReadRecord(std::string_view fn, Node& node) {
  if (node.kind() != '{') {
    builder_.SkipRecord(fn, "the record is not an object");
    return Skip(node);
  }
  fields_.fn = fn;
  depends_.clear();
  constrains_.clear();
  indexed_timestamp_ = 0;
  timestamp_ = 0;
  complaint_.clear();
  if (!ForEachField(node,
                    [&](std::string_view key, Node& field) { return ReadField(key, field); })) {
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
    builder_.SkipRecord(fn, std::move(complaint_));
    return true;
  }
  fields_.depends = depends_;
  fields_.constrains = constrains_;
  fields_.timestamp_ms = TimestampMs(indexed_timestamp_ > 0 ? indexed_timestamp_ : timestamp_);
  builder_.AddRecord(fields_);
  return true;
}

// Ordered by length first, which the compiler makes a jump: a record has some 17 fields.
bool RepodataReader::ReadField(std::string_view key, Node& node) {
  switch (key.size()) {
    case 3:
      if (key == "md5") {
        return ReadHash(node, fields_.md5);
      }
      return key == "url" ? ReadOptional(node, fields_.url) : Skip(node);
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
      return key == "build" ? ReadRequired(key, node, fields_.build) : Skip(node);
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
    case 8: {
      std::uint16_t count = 0;
      return key == "features" ? ReadFeatures(key, node, fields_.features, count) : Skip(node);
    }
    case 9:
      return key == "timestamp" ? ReadWhole(node, timestamp_) : Skip(node);
    case 10:
      return key == "constrains" ? ReadSpecs(key, node, constrains_) : Skip(node);
    case 12:
      return key == "build_number" ? ReadBuildNumber(node) : Skip(node);
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

bool RepodataReader::ReadRequired(std::string_view key, Node& node, std::string_view& text) {
  if (node.kind() == '"') {
    return ReadString(node, text);
  }
  Complain(absl::StrFormat("%s is not a string", key));
  return Skip(node);
}

// What is not a string is as good as absent: null is common, and no choice depends on these fields.
bool RepodataReader::ReadOptional(Node& node, std::string_view& text) {
  return node.kind() == '"' ? ReadString(node, text) : Skip(node);
}

// A hash that is no hash stays as it is: its package then fails to verify, as it should.
bool RepodataReader::ReadHash(Node& node, std::string_view& text) {
  if (!ReadOptional(node, text)) {
    return false;
  }
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    text = builder_.Keep(ToLower(text));
  }
  return true;
}

bool RepodataReader::ReadBuildNumber(Node& node) {
  const std::optional<std::uint64_t> number = UnsignedNumber(Trim(node.token));
  if (number.has_value()) {
    fields_.build_number = *number;
  } else if (node.kind() != 'n') {
    Complain("build_number is not a whole number");
  }
  return Skip(node);
}

bool RepodataReader::ReadWhole(Node& node, std::int64_t& number) {
  if (node.kind() == '-' || (node.kind() >= '0' && node.kind() <= '9')) {
    number = WholeNumber(Trim(node.token)).value_or(0);
  }
  return Skip(node);
}

// "generic" or "python"; old records have true, which conda reads as generic, as it does any other
// word.
bool RepodataReader::ReadNoarch(Node& node) {
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

bool RepodataReader::ReadFeatures(std::string_view key, Node& node, std::string_view& joined,
                                  std::uint16_t& count) {
  std::string features;
  std::size_t num_features = 0;
  const auto append = [&](Node& element) {
    std::string_view text;
    if (element.kind() != '"') {
      Complain(absl::StrFormat("%s is neither a string nor a list of strings", key));
      return Skip(element);
    }
    if (!ReadString(element, text)) {
      return false;
    }
    num_features += AppendFeatures(text, features);
    return true;
  };
  const bool is_read = node.kind() == '['   ? ForEachElement(node, append)
                       : node.kind() == 'n' ? Skip(node)
                                            : append(node);
  count = static_cast<std::uint16_t>(std::min<std::size_t>(num_features, 0xFFFF));
  joined = features.empty() ? std::string_view() : builder_.Keep(features);
  return is_read;
}

bool RepodataReader::ReadSpecs(std::string_view key, Node& node, std::vector<DraftSpecId>& specs) {
  specs.clear();  // A key that is repeated: the last one counts, as in every JSON reader.
  if (node.kind() != '[') {
    if (node.kind() != 'n') {
      Complain(absl::StrFormat("%s is not a list", key));
    }
    return Skip(node);
  }
  return ForEachElement(node, [&](Node& element) {
    if (element.kind() != '"') {
      Complain(absl::StrFormat("%s holds something else than strings", key));
      return Skip(element);
    }
    std::string_view text;
    if (!ReadString(element, text)) {
      return false;
    }
    specs.push_back(builder_.AddSpec(text));
    return true;
  });
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
  RepodataReader reader(text, label, builder);
  if (!reader.Read(start, info)) {
    return reader.status();
  }
  return info;
}

}  // namespace satchel
