#include "corpora/repodata_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "corpora/json_output.h"

namespace satchel {
namespace {

void AppendKey(std::string_view key, std::string* json) {
  json->append(", \"");
  json->append(key);
  json->append("\": ");
}

void AppendText(std::string_view key, std::string_view value, std::string* json) {
  if (!value.empty()) {
    AppendKey(key, json);
    AppendQuoted(value, json);
  }
}

void AppendNumber(std::string_view key, std::uint64_t value, std::string* json) {
  char digits[20];
  AppendKey(key, json);
  json->append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

void AppendTexts(const std::vector<std::string>& values, std::string* json) {
  std::string_view separator = "[";
  for (const std::string& value : values) {
    json->append(separator);
    AppendQuoted(value, json);
    separator = ", ";
  }
  json->append(values.empty() ? "[]" : "]");
}

void AppendList(std::string_view key, const std::vector<std::string>& values, std::string* json) {
  AppendKey(key, json);
  AppendTexts(values, json);
}

}  // namespace

bool IsOfRevision3(const PackageRecord& record) {
  const auto has_options = [](const std::string& text) {
    return text.find("when=") != text.npos || text.find("extras=") != text.npos ||
           text.find("flags=") != text.npos;
  };
  return !record.flags.empty() || !record.extra_depends.empty() ||
         std::ranges::any_of(record.depends, has_options) ||
         std::ranges::any_of(record.constrains, has_options);
}

void AppendRepodataRecord(const PackageRecord& record, std::string* json) {
  const std::size_t end = IsOfRevision3(record) ? record.fn.rfind(".conda") : record.fn.size();
  AppendQuoted(record.fn.substr(0, end), json);
  json->append(": {\"name\": ");
  AppendQuoted(record.name, json);
  AppendText("version", record.version, json);
  AppendText("build", record.build, json);
  AppendNumber("build_number", record.build_number, json);
  AppendList("depends", record.depends, json);
  if (!record.constrains.empty()) {
    AppendList("constrains", record.constrains, json);
  }
  if (!record.extra_depends.empty()) {
    json->append(", \"extra_depends\": {");
    for (const auto& [group, specs] : record.extra_depends) {
      json->append(&group == &record.extra_depends.front().first ? "" : ", ");
      AppendQuoted(group, json);
      json->append(": ");
      AppendTexts(specs, json);
    }
    json->append("}");
  }
  if (!record.flags.empty()) {
    std::vector<std::string> flags;
    for (const std::string_view flag : Split(record.flags, ' ')) {
      flags.emplace_back(flag);
    }
    AppendList("flags", flags, json);
  }
  AppendText("license", record.license, json);
  AppendText("md5", record.md5, json);
  if (record.noarch != NoarchKind::kNone) {
    AppendText("noarch", record.noarch == NoarchKind::kPython ? "python" : "generic", json);
  }
  AppendText("sha256", record.sha256, json);
  AppendNumber("size", record.size_bytes, json);
  AppendText("subdir", record.subdir, json);
  if (record.timestamp_ms != 0) {
    AppendNumber("timestamp", static_cast<std::uint64_t>(record.timestamp_ms), json);
  }
  AppendText("track_features", record.track_features, json);
  json->push_back('}');
}

}  // namespace satchel
