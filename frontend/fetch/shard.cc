#include "frontend/fetch/shard.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/io/decompress.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxTextBytes = std::uint64_t{1} << 30;
constexpr int kMaxDepth = 50;  // Records have at most five levels.

// What a msgpack document is read by. nlohmann's own reader calls it for each value; the two users
// below look at where the value stands.
class Walk {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  virtual ~Walk() = default;
  virtual void Scalar(std::string_view json) = 0;  // null, true, a number.
  virtual void Text(std::string_view text) = 0;
  virtual void Bytes(std::string_view bytes) = 0;
  virtual void Open(char bracket) = 0;
  virtual void Close(char bracket) = 0;
  virtual void Key(std::string_view key) = 0;
  const std::string& problem() const { return problem_; }

  bool null() {
    return Value([&] { Scalar("null"); });
  }
  bool boolean(bool value) {
    return Value([&] { Scalar(value ? "true" : "false"); });
  }
  bool number_integer(number_integer_t value) {
    return Value([&] { Scalar(std::to_string(value)); });
  }
  bool number_unsigned(number_unsigned_t value) {
    return Value([&] { Scalar(std::to_string(value)); });
  }
  bool number_float(number_float_t value, const string_t& /*text*/) {
    return Value([&] { Scalar(std::isfinite(value) ? absl::StrFormat("%.17g", value) : "null"); });
  }
  bool string(string_t& value) {
    return Value([&] { Text(value); });
  }
  bool binary(binary_t& value) {
    return Value([&] { Bytes({reinterpret_cast<const char*>(value.data()), value.size()}); });
  }
  bool start_object(std::size_t /*size*/) { return Enter('{'); }
  bool start_array(std::size_t /*size*/) { return Enter('['); }
  bool end_object() { return Leave('}'); }
  bool end_array() { return Leave(']'); }
  bool key(string_t& value) {
    Key(value);
    return problem_.empty();
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Json::exception& /*error*/) {
    problem_ = absl::StrFormat("malformed msgpack at byte %d of its text", position);
    return false;
  }

 protected:
  int depth() const { return depth_; }  // Of brackets that are open.
  void Refuse(std::string problem) { problem_ = std::move(problem); }

 private:
  template <typename Function>
  bool Value(Function function) {
    function();
    return true;
  }
  bool Enter(char bracket) {
    Open(bracket);
    if (++depth_ > kMaxDepth) {
      problem_ = "nested too deep";
    }
    return problem_.empty();
  }
  bool Leave(char bracket) {
    --depth_;
    Close(bracket);
    return true;
  }

  int depth_ = 0;
  std::string problem_;
};

absl::Status WalkMsgpack(std::string_view bytes, const std::string& label, Walk* walk) {
  Decompressor decompressor(label, kMaxTextBytes);
  RETURN_IF_ERROR(decompressor.Append(bytes));
  ASSIGN_OR_RETURN(const TextBuffer text, decompressor.Finish());
  const std::string_view content = text.text();
  if (!Json::sax_parse(content.begin(), content.end(), walk, Json::input_format_t::msgpack)) {
    return absl::DataLossError(absl::StrFormat(
        "%s: %s", label, walk->problem().empty() ? "malformed msgpack" : walk->problem()));
  }
  return absl::OkStatus();
}

class IndexWalk final : public Walk {
 public:
  void Scalar(std::string_view json) override {
    if (depth() == 1 && key_ == "version") {
      version_ = json;
    }
  }
  void Text(std::string_view text) override {
    if (depth() == 3 && section_ == "info" && subsection_ == "channel_relations") {
      if (key_ == "base" || key_ == "overrides") {
        (key_ == "base" ? index.base_channel : index.overridden_channel) = text;
      }
    } else if (depth() == 2 && section_ == "info") {
      std::string* const field = key_ == "subdir"            ? &index.subdir
                                 : key_ == "base_url"        ? &index.base_url
                                 : key_ == "shards_base_url" ? &index.shards_base_url
                                                             : nullptr;
      if (field != nullptr) {
        *field = text;
      }
    } else if (depth() == 2 && section_ == "shards") {
      Add(std::string(text));  // As hex digits, which the CEP does not have.
    }
  }
  void Bytes(std::string_view bytes) override {
    if (depth() == 2 && section_ == "shards") {
      Add(ToHex(bytes));
    }
  }
  void Open(char /*bracket*/) override {
    if (depth() == 1) {
      section_ = key_;
    } else if (depth() == 2) {
      subsection_ = key_;
    }
  }
  void Close(char /*bracket*/) override {}
  void Key(std::string_view key) override { key_ = key; }

  const std::string& version() const { return version_; }
  const std::string& bad_name() const { return bad_name_; }

  ShardIndex index;

 private:
  // The hash becomes part of a path.
  void Add(std::string hash) {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (hash.size() != 64 || !std::ranges::all_of(hash, is_hex)) {
      bad_name_ = key_;
      return;
    }
    index.hashes[key_] = std::move(hash);
  }

  std::string key_;
  std::string section_;
  std::string subsection_;
  std::string version_;
  std::string bad_name_;
};

// Appends `text` as a JSON string.
void AppendQuoted(std::string_view text, std::string* json) {
  const auto must_escape = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '"' || c == '\\' || byte < ' ' || byte >= 0x7f;  // Malformed UTF-8 is replaced.
  };
  if (std::ranges::none_of(text, must_escape)) {
    json->append("\"").append(text).append("\"");
    return;
  }
  *json += Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The key of a section of records other than those before revisions: "v3", "v4" (CEP 48).
bool IsRevisionKey(std::string_view key) {
  return key.size() >= 2 && key[0] == 'v' && key[1] >= '1' && key[1] <= '9' &&
         key.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// Writes each record as JSON text at once; nothing is built in between.
class ShardWalk final : public Walk {
 public:
  void Scalar(std::string_view json) override {
    if (Begin()) {
      out_->append(json);
    }
  }
  void Text(std::string_view text) override {
    if (Begin()) {
      AppendQuoted(text, out_);
      // In depends, or in a group of extra_depends.
      const int depth_of_list = outermost_ + 3;
      if ((depth() == depth_of_list && record_key_ == "depends") ||
          (depth() == depth_of_list + 1 && record_key_ == "extra_depends")) {
        shard.depends.push_back(DependencyName(text));
      }
    }
  }
  // Hashes.
  void Bytes(std::string_view bytes) override {
    if (Begin()) {
      AppendQuoted(ToHex(bytes), out_);
    }
  }
  void Open(char bracket) override {
    const bool is_section = depth() == outermost_ && out_ != nullptr;
    const char expected = out_ == &shard.records.removed ? '[' : '{';
    if ((is_section && bracket != expected) ||
        (depth() == 1 && outermost_ == 2 && bracket != '{')) {
      Refuse("a section of the wrong kind");
    }
    // The outermost brackets of a section are written by whoever puts sections together.
    if (depth() > outermost_ && Begin()) {
      *out_ += bracket;
    }
    needs_comma_ = false;
  }
  void Close(char bracket) override {
    if (depth() > outermost_ && out_ != nullptr) {
      *out_ += bracket;
    }
    needs_comma_ = true;
  }
  void Key(std::string_view key) override {
    if (depth() == 1) {
      outermost_ = key == "v3" ? 2 : 1;
      OpenSection(key == "packages"                       ? &shard.records.packages
                  : key == "packages.conda"               ? &shard.records.packages_conda
                  : key == "removed"                      ? &shard.records.removed
                  : outermost_ == 1 && IsRevisionKey(key) ? &shard.records.later[std::string(key)]
                                                          : nullptr);
      return;
    }
    if (depth() == 2 && outermost_ == 2) {
      OpenSection(&shard.records.v3[std::string(key)]);
      return;
    }
    if (out_ == nullptr) {
      return;
    }
    if (depth() == outermost_ + 2) {
      record_key_ = key;
    }
    Comma();
    AppendQuoted(key, out_);
    *out_ += ':';
    needs_comma_ = false;
  }

  Shard shard;

 private:
  void OpenSection(std::string* section) {
    out_ = section;
    if (out_ != nullptr && !out_->empty()) {
      Refuse("a duplicate section");
    }
    needs_comma_ = false;
  }
  void Comma() {
    if (needs_comma_) {
      *out_ += ',';
    }
  }
  // Before a value; false if it is not wanted.
  bool Begin() {
    if (out_ == nullptr || depth() <= outermost_) {
      return false;
    }
    Comma();
    needs_comma_ = true;
    return true;
  }

  std::string* out_ = nullptr;
  int outermost_ = 1;  // Brackets around the section that is being read.
  std::string record_key_;
  bool needs_comma_ = false;
};

void AppendMembers(const std::string& from, std::string* to) {
  if (!from.empty() && !to->empty()) {
    *to += ",\n";
  }
  *to += from;
}

}  // namespace

std::string DependencyName(std::string_view depends) {
  std::string_view name = StripSpace(depends);
  const std::size_t end = std::min(name.find_first_of(" \t=<>!~[;,|"), name.size());
  name = name.substr(0, end);
  if (const std::size_t channel = name.rfind("::"); channel != std::string_view::npos) {
    name.remove_prefix(channel + 2);
  }
  return name.starts_with("__") ? std::string() : ToLower(name);
}

void ShardRecords::Append(const ShardRecords& other) {
  AppendMembers(other.packages, &packages);
  AppendMembers(other.packages_conda, &packages_conda);
  AppendMembers(other.removed, &removed);
  for (const auto& [kind, members] : other.v3) {
    AppendMembers(members, &v3[kind]);
  }
  for (const auto& [revision, kinds] : other.later) {
    // Its kinds stand more than once then, which JSON permits and the reader only counts.
    AppendMembers(kinds, &later[revision]);
  }
}

std::string ShardRecords::ToRepodata(std::string_view subdir, const ShardIndex& index) const {
  std::string json = "{\"info\":{\"subdir\":";
  AppendQuoted(subdir, &json);
  if (!index.base_url.empty()) {
    json += ",\"base_url\":";
    AppendQuoted(index.base_url, &json);
  }
  if (!index.base_channel.empty() || !index.overridden_channel.empty()) {
    json += ",\"channel_relations\":{\"base\":";
    AppendQuoted(index.base_channel, &json);
    json += ",\"overrides\":";
    AppendQuoted(index.overridden_channel, &json);
    json += "}";
  }
  json += "},\"packages\":{\n" + packages + "},\"packages.conda\":{\n" + packages_conda +
          "},\"removed\":[" + removed + "],";
  const auto section = [&](std::string_view name, const std::string& members) {
    AppendQuoted(name, &json);
    json += ":{\n" + members + "},";
  };
  if (!v3.empty()) {
    std::string kinds;
    for (const auto& [kind, members] : v3) {
      std::string text;
      AppendQuoted(kind, &text);
      AppendMembers(text + ":{\n" + members + "}", &kinds);
    }
    section("v3", kinds);
  }
  for (const auto& [revision, kinds] : later) {
    section(revision, kinds);
  }
  return json + "\"repodata_version\":" + (index.base_url.empty() ? "1" : "2") + "}\n";
}

absl::StatusOr<ShardIndex> ReadShardIndex(std::string_view bytes, const std::string& label) {
  IndexWalk walk;
  RETURN_IF_ERROR(WalkMsgpack(bytes, label, &walk));
  if (!walk.version().empty() && walk.version() != "1") {
    return absl::UnimplementedError(absl::StrFormat(
        "%s: sharded repodata of version %s; only version 1 is known", label, walk.version()));
  }
  if (!walk.bad_name().empty()) {
    return absl::DataLossError(
        absl::StrFormat("%s: the hash of '%s' is not a SHA-256", label, walk.bad_name()));
  }
  return std::move(walk.index);
}

absl::StatusOr<Shard> ReadShard(std::string_view bytes, const std::string& label) {
  ShardWalk walk;
  RETURN_IF_ERROR(WalkMsgpack(bytes, label, &walk));
  std::vector<std::string>& names = walk.shard.depends;
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase(names, "");
  return std::move(walk.shard);
}

}  // namespace satchel
