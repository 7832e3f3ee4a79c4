#include "frontend/link/conda_meta.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/json_writer.h"
#include "frontend/export/package_url.h"
#include "frontend/fetch/url.h"
#include "frontend/json.h"
#include "frontend/link/relative_path.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

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
  bool is_plain = true;
  for (const char c : text) {
    is_plain &= c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
  }
  if (is_plain) {
    json->append("\"").append(text).append("\"");
  } else {
    *json += Dump(text);
  }
}

void AppendField(const char* key, const std::string& value, std::string* json) {
  json->append("        \"").append(key).append("\": ");
  AppendString(value, json);
  *json += ",\n";
}

// As Dump() would write it, at its place within the record.
void AppendPath(const InstalledPath& path, std::string* json) {
  *json += "      {\n";
  AppendField("_path", path.path, json);
  if (!path.placeholder.empty()) {
    AppendField("file_mode", path.mode == FileMode::kBinary ? "binary" : "text", json);
  }
  if (path.no_link) {
    *json += "        \"no_link\": true,\n";
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
    *json += "        \"size_in_bytes\": " + std::to_string(path.size_bytes) + ",\n";
  }
  json->erase(json->size() - 2, 1);  // The last comma.
  *json += "      }";
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
    const auto sha256 = path.find("sha256_in_prefix");
    if (normal.has_value()) {
      files.push_back({*std::move(normal), sha256 != path.end() && sha256->is_string()
                                               ? sha256->get<std::string>()
                                               : std::string()});
    }
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

// What SetRecord makes, without a tree: freeing one takes memory, which ends the process where
// there is none.
static std::string WriteRecord(const PackageRecord& record) {
  const std::string url = UrlToKeep(record.url);
  JsonWriter out;
  out.BeginObject();
  out.Member("build", record.build);
  out.Member("build_number", record.build_number);
  out.Member("channel", ChannelUrl(record, url));
  out.Member("constrains", record.constrains);
  out.Member("depends", record.depends);
  WriteExtrasAndFlags(record, out);
  out.Member("fn", record.fn);
  out.MemberIfKnown("license", record.license);
  out.MemberIfKnown("license_family", record.license_family);
  out.MemberIfKnown("md5", record.md5);
  out.Member("name", record.name);
  if (record.noarch != NoarchKind::kNone) {
    out.Member("noarch", record.noarch == NoarchKind::kPython ? "python" : "generic");
  }
  out.MemberIfKnown("python_site_packages_path", record.python_site_packages_path);
  out.MemberIfKnown("sha256", record.sha256);
  if (record.size_bytes > 0) {
    out.Member("size", record.size_bytes);
  }
  out.Member("subdir", record.subdir);
  if (record.timestamp_ms > 0) {
    out.Member("timestamp", record.timestamp_ms);
  }
  out.MemberIfKnown("track_features", record.track_features);
  out.Member("url", url);
  out.Member("version", record.version);
  out.EndObject();
  return std::move(out).Take();
}

std::string RepodataRecordText(const PackageRecord& record, const std::string& index_json) {
  if (index_json.empty()) {
    return WriteRecord(record);
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
