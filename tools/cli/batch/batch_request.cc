#include "tools/cli/batch/batch_request.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/json.h"
#include "frontend/request/record_json.h"
#include "repodata/version/version.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

constexpr int kDeepestBatchLine = 100;

absl::Status Wrong(std::string_view key, std::string_view expected) {
  return absl::InvalidArgumentError(absl::StrFormat("'%s' must be %s", key, expected));
}

// nlohmann's reader recurses; a line of many brackets must not take the stack with it.
bool IsTooDeep(std::string_view line) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text) {
      i += c == '\\' ? 1 : 0;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepestBatchLine) {
        return true;
      }
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

absl::StatusOr<std::vector<std::string>> TextList(const std::string& key, const Json& value) {
  std::vector<std::string> texts;
  if (!value.is_array()) {
    return Wrong(key, "a list of texts");
  }
  for (const Json& element : value) {
    if (!element.is_string()) {
      return Wrong(key, "a list of texts");
    }
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

class BatchReader final {
 public:
  absl::StatusOr<BatchRequest> Read(const Json& json) {
    for (const auto& [key, value] : json.items()) {
      RETURN_IF_ERROR(ReadKey(key, value));
    }
    if (request_.words.request.specs.empty() && request_.words.request.remove.empty() &&
        !request_.words.request.update_all && request_.words.files.empty()) {
      return absl::InvalidArgumentError("nothing to solve: 'specs' is missing or empty");
    }
    return std::move(request_);
  }

 private:
  absl::Status ReadKey(const std::string& key, const Json& value) {
    static const std::map<std::string,
                          absl::Status (BatchReader::*)(const std::string&, const Json&)>
        kReaders = {{"id", &BatchReader::Skip},
                    {"specs", &BatchReader::ReadSpecs},
                    {"pins", &BatchReader::ReadSpecs},
                    {"remove", &BatchReader::ReadSpecs},
                    {"channels", &BatchReader::ReadChannels},
                    {"platform", &BatchReader::ReadText},
                    {"channel_priority", &BatchReader::ReadText},
                    {"exclude_newer", &BatchReader::ReadText},
                    {"prefix", &BatchReader::ReadText},
                    {"objective", &BatchReader::ReadObjective},
                    {"virtual_packages", &BatchReader::ReadVirtualPackages},
                    {"installed", &BatchReader::ReadInstalled},
                    {"timeout", &BatchReader::ReadTimeout},
                    {"update_all", &BatchReader::ReadFlag},
                    {"prune", &BatchReader::ReadFlag},
                    {"explain", &BatchReader::ReadFlag},
                    {"packages", &BatchReader::ReadFlag}};
    const auto found = kReaders.find(key);
    if (found == kReaders.end()) {
      return absl::InvalidArgumentError(absl::StrFormat("unknown key '%s'", key));
    }
    return (this->*found->second)(key, value);
  }

  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): one of the readers.
  absl::Status Skip(const std::string& /*key*/, const Json& /*value*/) { return absl::OkStatus(); }

  absl::Status ReadSpecs(const std::string& key, const Json& value) {
    Request& request = request_.words.request;
    std::vector<MatchSpec>& specs = key == "specs"  ? request.specs
                                    : key == "pins" ? request.pins
                                                    : request.remove;
    ASSIGN_OR_RETURN(const std::vector<std::string> texts, TextList(key, value));
    for (const std::string& text : texts) {
      RETURN_IF_ERROR(AddSpec({text, key}, &specs));
    }
    return absl::OkStatus();
  }

  absl::Status ReadChannels(const std::string& key, const Json& value) {
    ASSIGN_OR_RETURN(request_.channels, TextList(key, value));
    return absl::OkStatus();
  }

  absl::Status ReadText(const std::string& key, const Json& value) {
    if (!value.is_string()) {
      return Wrong(key, "a text");
    }
    std::string& text = key == "platform"           ? request_.platform
                        : key == "channel_priority" ? request_.channel_priority
                        : key == "prefix"           ? request_.words.prefix
                                                    : request_.exclude_newer;
    text = value.get<std::string>();
    return absl::OkStatus();
  }

  absl::Status ReadObjective(const std::string& key, const Json& value) {
    static const std::map<std::string, Objective> kObjectives = {
        {"newest", Objective::kNewest},
        {"ordered", Objective::kOrdered},
        {"lowest", Objective::kLowest},
        {"lowest-direct", Objective::kLowestDirect},
        {"fewest-changes", Objective::kFewestChanges}};
    const auto found =
        value.is_string() ? kObjectives.find(value.get<std::string>()) : kObjectives.end();
    if (found == kObjectives.end()) {
      return Wrong(key, "newest, ordered, lowest, lowest-direct or fewest-changes");
    }
    request_.options.objective = found->second;
    return absl::OkStatus();
  }

  // {"__cuda": "12.4", "__archspec": "1=x86_64_v3"}
  absl::Status ReadVirtualPackages(const std::string& key, const Json& value) {
    if (!value.is_object()) {
      return Wrong(key, "a map from names to versions");
    }
    request_.words.has_virtual_packages = true;
    for (const auto& [name, version] : value.items()) {
      if (!name.starts_with("__") || !version.is_string()) {
        return Wrong(key, "a map such as {\"__cuda\": \"12.4\"}");
      }
      const std::string text = version.get<std::string>();
      const std::size_t equals = text.find('=');
      PackageRecord record;
      record.name = name;
      record.version = text.substr(0, equals);
      record.build = equals == std::string::npos ? "0" : text.substr(equals + 1);
      if (!Version::Parse(record.version).ok()) {
        return Wrong(key, "a map such as {\"__cuda\": \"12.4\"}");
      }
      request_.words.request.virtual_packages.push_back(std::move(record));
    }
    return absl::OkStatus();
  }

  // Records as in conda-meta; "requested_spec" says what was once asked for.
  absl::Status ReadInstalled(const std::string& key, const Json& value) {
    if (!value.is_array()) {
      return Wrong(key, "a list of records");
    }
    for (const Json& element : value) {
      ASSIGN_OR_RETURN(JsonRecord record, ParseCondaMeta(element.dump(), key));
      InstalledPackage package;
      package.record = std::move(record.record);
      if (const std::string requested = TextField(element, "requested_spec"); !requested.empty()) {
        ASSIGN_OR_RETURN(package.requested, MatchSpec::Parse(requested));
      }
      request_.words.request.installed.push_back(std::move(package));
    }
    return absl::OkStatus();
  }

  absl::Status ReadTimeout(const std::string& key, const Json& value) {
    if (!value.is_number() || value.get<double>() <= 0) {
      return Wrong(key, "a number of seconds");
    }
    request_.options.timeout_seconds = value.get<double>();
    return absl::OkStatus();
  }

  absl::Status ReadFlag(const std::string& key, const Json& value) {
    if (!value.is_boolean()) {
      return Wrong(key, "true or false");
    }
    bool& flag = key == "update_all" ? request_.words.request.update_all
                 : key == "prune"    ? request_.words.request.prune
                 : key == "explain"  ? request_.explain
                                     : request_.packages;
    flag = value.get<bool>();
    return absl::OkStatus();
  }

  BatchRequest request_;
};

absl::StatusOr<Json> ParseLine(std::string_view line) {
  if (line.size() > kLongestBatchLine) {
    return absl::InvalidArgumentError("the line is longer than 16 MiB");
  }
  if (IsTooDeep(line)) {
    return absl::InvalidArgumentError("it is nested too deeply");
  }
  Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        R"(not a request: expected a line such as {"specs": ["numpy"]})");
  }
  return json;
}

std::string IdOf(const Json& json, std::size_t number) {
  const auto found = json.find("id");
  return found == json.end() || found->is_structured()
             ? std::to_string(number)
             : found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string BatchIdOf(std::string_view line, std::size_t number) {
  const absl::StatusOr<Json> json = ParseLine(line);
  return json.ok() ? IdOf(*json, number) : std::to_string(number);
}

absl::StatusOr<BatchRequest> ParseBatchRequest(std::string_view line, std::size_t number) {
  ASSIGN_OR_RETURN(const Json json, ParseLine(line));
  ASSIGN_OR_RETURN(BatchRequest request, BatchReader().Read(json));
  request.id = IdOf(json, number);
  return request;
}

}  // namespace satchel
