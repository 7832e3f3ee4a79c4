#include "frontend/request/record_json.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/json.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/record_rules.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

std::uint64_t Number(const Json& object, const char* key) {
  const auto field = object.find(key);
  if (field == object.end() || !field->is_number()) {
    return 0;
  }
  const double value = field->get<double>();
  return value > 0 && value < 1e18 ? static_cast<std::uint64_t>(value) : 0;
}

std::vector<std::string> Texts(const Json& object, const char* key) {
  std::vector<std::string> texts;
  if (const auto field = object.find(key); field != object.end() && field->is_array()) {
    for (const Json& element : *field) {
      if (element.is_string()) {
        texts.push_back(element.get<std::string>());
      }
    }
  }
  return texts;
}

// A list, or one text with commas or spaces.
std::string TrackFeatures(const Json& object) {
  std::string joined;
  std::vector<std::string> texts = Texts(object, "track_features");
  texts.push_back(TextField(object, "track_features"));
  for (std::string& text : texts) {
    for (char& c : text) {
      c = c == ',' ? ' ' : c;
    }
    for (const std::string_view feature : Split(text, ' ')) {
      if (!feature.empty()) {
        joined.append(joined.empty() ? "" : " ").append(feature);
      }
    }
  }
  return joined;
}

// conda has written seconds and milliseconds.
std::int64_t TimestampMs(const Json& object) {
  const std::uint64_t value = Number(object, "timestamp");
  constexpr std::uint64_t kLastSecond = 253'402'300'799;  // In the year 9999.
  return static_cast<std::int64_t>(value > kLastSecond ? value : value * 1000);
}

// "https://conda.anaconda.org/conda-forge/linux-64" -> "conda-forge".
std::string ChannelName(std::string_view channel) {
  while (channel.ends_with("/")) {
    channel.remove_suffix(1);
  }
  const std::size_t slash = channel.rfind('/');
  if (slash != std::string_view::npos && IsKnownSubdir(channel.substr(slash + 1))) {
    channel = channel.substr(0, slash);
  }
  return CanonicalChannelName(channel);
}

PackageRecord ToRecord(const Json& object) {
  PackageRecord record;
  record.name = TextField(object, "name");
  record.version = TextField(object, "version");
  record.build = TextField(object, "build");
  if (record.build.empty()) {
    record.build = TextField(object, "build_string");
  }
  record.build_number = Number(object, "build_number");
  record.channel = ChannelName(TextField(object, "channel"));
  record.subdir = TextField(object, "subdir");
  if (record.subdir.empty()) {
    record.subdir = TextField(object, "platform");
  }
  record.fn = TextField(object, "fn");
  record.url = TextField(object, "url");
  record.md5 = TextField(object, "md5");
  record.sha256 = TextField(object, "sha256");
  record.license = TextField(object, "license");
  record.license_family = TextField(object, "license_family");
  record.track_features = TrackFeatures(object);
  record.python_site_packages_path = TextField(object, "python_site_packages_path");
  record.size_bytes = Number(object, "size");
  record.timestamp_ms = TimestampMs(object);
  const std::string noarch = TextField(object, "noarch");
  if (noarch == "python") {
    record.noarch = NoarchKind::kPython;
  } else if (!noarch.empty()) {
    record.noarch = NoarchKind::kGeneric;
  }
  record.depends = Texts(object, "depends");
  record.constrains = Texts(object, "constrains");
  for (const std::string& flag : Texts(object, "flags")) {
    record.flags.append(record.flags.empty() ? "" : " ").append(flag);
  }
  if (const auto groups = object.find("extra_depends");
      groups != object.end() && groups->is_object()) {
    for (const auto& [name, specs] : groups->items()) {
      record.extra_depends.push_back({name, Texts(*groups, name.c_str())});
    }
  }
  return record;
}

// Drops what is large and of no use here before it is built.
bool KeepField(int /*depth*/, Json::parse_event_t event, Json& parsed) {
  if (event != Json::parse_event_t::key) {
    return true;
  }
  const std::string& key = parsed.get_ref<const std::string&>();
  return key != "files" && key != "paths_data" && key != "FETCH";
}

}  // namespace

absl::StatusOr<JsonRecord> ParseCondaMeta(std::string_view json, const std::string& label) {
  ASSIGN_OR_RETURN(const Json object, ParseJsonObject(json, label, KeepField));
  JsonRecord result;
  result.record = ToRecord(object);
  if (result.record.name.empty() || result.record.version.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: a package record without name or version", label));
  }
  const PackageRecord& record = result.record;
  for (const std::string& part : {record.name, record.version, record.build, record.fn}) {
    if (std::string why = WhyBadFilePart("", part); !part.empty() && !why.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat("%s:%s", label, why));
    }
  }
  result.requested_spec = TextField(object, "requested_spec");
  if (const std::vector<std::string> specs = Texts(object, "requested_specs"); !specs.empty()) {
    result.requested_spec = specs.front();
  }
  if (result.requested_spec == "None") {
    result.requested_spec.clear();
  }
  return result;
}

absl::StatusOr<std::vector<ExplicitPackage>> ParsePlanJson(std::string_view json,
                                                           const std::string& label) {
  ASSIGN_OR_RETURN(const Json object, ParseJsonObject(json, label, KeepField));
  const auto ours = object.find("satchel");
  if (ours == object.end() || !ours->is_object() || !ours->contains("packages") ||
      !(*ours)["packages"].is_array()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: not a plan (the output of 'satchel solve --json')", label));
  }
  std::vector<ExplicitPackage> packages;
  for (const Json& package : (*ours)["packages"]) {
    if (!package.is_object()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: a package that is not an object", label));
    }
    std::string url = TextField(package, "url");
    if (const std::string sha256 = TextField(package, "sha256"); !sha256.empty()) {
      url += "#sha256:" + sha256;
    } else if (const std::string md5 = TextField(package, "md5"); !md5.empty()) {
      url += "#" + md5;
    }
    ASSIGN_OR_RETURN(ExplicitPackage parsed, ParseExplicitPackage(url, label));
    packages.push_back(std::move(parsed));
  }
  return packages;
}

}  // namespace satchel
