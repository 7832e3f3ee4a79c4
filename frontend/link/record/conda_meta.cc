#include "frontend/link/record/conda_meta.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/json_writer.h"
#include "frontend/export/write_record.h"
#include "frontend/fetch/url.h"
#include "frontend/json.h"
#include "frontend/link/paths/relative_path.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using std::string_view_literals::operator""sv;

using Json = nlohmann::json;  // Sorts its keys, as conda does.

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json ParseOrEmpty(const std::string& text) {
  return ParseJsonObject(text, "record").value_or(Json::object());
}

void SetIfKnown(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) {
    json[key] = value;
  }
}

// The URL of the channel's subdir, which conda calls the channel.
std::string ChannelUrl(const PackageRecord& record, const std::string& url) {
  const std::size_t slash = url.rfind('/');
  if (slash != std::string::npos && url.find("://") < slash) {
    return url.substr(0, slash);
  }
  return StripCredentials(record.channel);
}

void SetRecord(const PackageRecord& record, Json& json) {
  json["name"] = record.name;
  json["version"] = record.version;
  json["build"] = record.build;
  json["build_number"] = record.build_number;
  const std::string url = UrlToKeep(record.url);
  json["channel"] = ChannelUrl(record, url);
  json["subdir"] = record.subdir;
  json["fn"] = record.fn;
  json["url"] = url;
  json["depends"] = record.depends;
  json["constrains"] = record.constrains;
  SetIfKnown(json, "md5", record.md5);
  SetIfKnown(json, "sha256", record.sha256);
  SetIfKnown(json, "license", record.license);
  SetIfKnown(json, "license_family", record.license_family);
  SetIfKnown(json, "track_features", record.track_features);
  SetIfKnown(json, "python_site_packages_path", record.python_site_packages_path);
  for (const std::string_view flag : Split(record.flags, ' ')) {
    if (!flag.empty()) {
      json["flags"].push_back(std::string(flag));
    }
  }
  for (const auto& [group, specs] : record.extra_depends) {
    json["extra_depends"][group] = specs;
  }
  if (record.size_bytes > 0) {
    json["size"] = record.size_bytes;
  }
  if (record.timestamp_ms > 0) {
    json["timestamp"] = record.timestamp_ms;
  }
  if (record.noarch != NoarchKind::kNone) {
    json["noarch"] = record.noarch == NoarchKind::kPython ? "python" : "generic";
  }
}

// conda's LinkType.
int LinkTypeOf(LinkMethod method) {
  return method == LinkMethod::kHardLink ? 1 : method == LinkMethod::kSoftLink ? 2 : 3;
}

// A JSON string; most paths need no escapes, and there are many.
void AppendString(const std::string& text, std::string* json) {
  // Without a branch, and with one byte each, the compiler looks at many characters at once.
  unsigned char special = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    special |= static_cast<unsigned char>((byte < ' ' ? 1 : 0) | (byte >= 0x7f ? 1 : 0) |
                                          (byte == '"' ? 1 : 0) | (byte == '\\' ? 1 : 0));
  }
  if (special == 0) {
    json->push_back('"');
    json->append(text).push_back('"');
  } else {
    *json += Dump(text);
  }
}

void AppendField(std::string_view key, const std::string& value, std::string* json) {
  json->append("        \""sv).append(key).append("\": "sv);
  AppendString(value, json);
  *json += ",\n"sv;
}

// As Dump() would write it, at its place within the record.
void AppendPath(const InstalledPath& path, std::string* json) {
  *json += "      {\n"sv;
  AppendField("_path", path.path, json);
  if (!path.placeholder.empty()) {
    AppendField("file_mode", path.mode == FileMode::kBinary ? "binary" : "text", json);
  }
  if (path.no_link) {
    *json += "        \"no_link\": true,\n"sv;
  }
  AppendField("path_type", path.path_type, json);
  if (!path.placeholder.empty()) {
    AppendField("prefix_placeholder", path.placeholder, json);
  }
  if (!path.sha256.empty()) {
    AppendField("sha256", path.sha256, json);
  }
  if (!path.sha256_in_prefix.empty()) {
    AppendField("sha256_in_prefix", path.sha256_in_prefix, json);
  }
  if (path.size_known) {
    json->append("        \"size_in_bytes\": "sv).append(std::to_string(path.size_bytes));
    *json += ",\n"sv;
  }
  json->erase(json->size() - 2, 1);  // The last comma.
  *json += "      }"sv;
}

// A record may have ten thousands of paths: their text is built by hand, where a tree of JSON
// values takes longer than linking the files does.
std::string FilesText(const std::vector<InstalledPath>& paths) {
  if (paths.empty()) {
    return "[]";
  }
  std::string text = "[";
  for (const InstalledPath& path : paths) {
    text += text.size() == 1 ? "\n    " : ",\n    ";
    AppendString(path.path, &text);
  }
  return text + "\n  ]";
}

std::string PathsText(const std::vector<InstalledPath>& paths) {
  std::string text = "{\n    \"paths\": [";
  for (const InstalledPath& path : paths) {
    text += text.back() == '[' ? "\n" : ",\n";
    AppendPath(path, &text);
  }
  return text + (paths.empty() ? "]" : "\n    ]") + ",\n    \"paths_version\": 1\n  }";
}

// Dump() of a value that stands one level deep.
std::string Indented(const Json& json) {
  std::string text;
  for (const char c : Dump(json)) {
    text += c;
    if (c == '\n') {
      text += "  ";
    }
  }
  return text;
}

std::optional<std::string> Normal(const Json& path) {
  return path.is_string() ? NormalRelativePath(path.get<std::string>()) : std::nullopt;
}

std::vector<InstalledHash> HashesOf(const Json& record) {
  std::vector<InstalledHash> files;
  const auto data = record.find("paths_data");
  if (data == record.end() || !data->is_object() || !data->contains("paths")) {
    return files;
  }
  for (const Json& path : (*data)["paths"]) {
    if (!path.is_object() || !path.contains("_path")) {
      continue;
    }
    std::optional<std::string> normal = Normal(path["_path"]);
    if (!normal.has_value()) {
      continue;
    }
    InstalledHash& file = files.emplace_back();
    file.path = *std::move(normal);
    if (const auto sha256 = path.find("sha256_in_prefix");
        sha256 != path.end() && sha256->is_string()) {
      file.sha256 = sha256->get<std::string>();
    }
    const auto type = path.find("path_type");
    file.is_link = type != path.end() && *type == "softlink";
  }
  return files;
}

}  // namespace

std::string CondaMetaText(const InstalledMeta& meta, const std::string& repodata_record) {
  Json json = ParseOrEmpty(repodata_record);
  SetRecord(meta.record, json);
  json["extracted_package_dir"] = meta.extracted_directory;
  SetIfKnown(json, "package_tarball_full_path", meta.archive);
  json["link"] = {{"source", meta.extracted_directory}, {"type", LinkTypeOf(meta.method)}};
  json["requested_spec"] = meta.requested_spec.empty() ? "None" : meta.requested_spec;
  json["requested_specs"] = Json::array();
  if (!meta.requested_spec.empty()) {
    json["requested_specs"].push_back(meta.requested_spec);
  }
  json["files"] = nullptr;
  json["paths_data"] = nullptr;
  std::string text = "{";
  for (const auto& [key, value] : json.items()) {
    text += text.size() == 1 ? "\n  " : ",\n  ";
    text += Dump(key) + ": ";
    text += key == "files"        ? FilesText(meta.paths)
            : key == "paths_data" ? PathsText(meta.paths)
                                  : Indented(value);
  }
  return text + "\n}\n";
}

std::string RepodataRecordText(const PackageRecord& record, const std::string& index_json) {
  if (index_json.empty()) {
    const std::string url = UrlToKeep(record.url);
    JsonWriter out;
    WriteRecord(record, {ChannelUrl(record, url), url}, out);
    return std::move(out).Take();
  }
  Json json = ParseOrEmpty(index_json);
  SetRecord(record, json);
  return Dump(json) + "\n";
}

absl::StatusOr<std::vector<std::string>> InstalledFiles(const std::string& json,
                                                        const std::string& label) {
  ASSIGN_OR_RETURN(const Json record, ParseJsonObject(json, label));
  std::vector<std::string> files;
  const auto list = record.find("files");
  if (list == record.end() || !list->is_array()) {
    for (InstalledHash& file : HashesOf(record)) {
      files.push_back(std::move(file.path));
    }
    return files;
  }
  for (const Json& path : *list) {
    if (std::optional<std::string> normal = Normal(path); normal.has_value()) {
      files.push_back(*std::move(normal));
    }
  }
  return files;
}

absl::StatusOr<std::vector<InstalledHash>> InstalledHashes(const std::string& json,
                                                           const std::string& label) {
  ASSIGN_OR_RETURN(const Json record, ParseJsonObject(json, label));
  return HashesOf(record);
}

std::string CondaMetaName(const PackageRecord& record) {
  return record.name + "-" + record.version + "-" + record.build + ".json";
}

}  // namespace satchel
