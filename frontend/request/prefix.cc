#include "frontend/request/prefix.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/json.h"
#include "frontend/link/change/environment_lock.h"
#include "frontend/request/history.h"
#include "frontend/request/record_json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;

// The conda-meta/*.json files, sorted: the order of a directory is not defined.
absl::StatusOr<std::vector<std::string>> MetaFiles(const std::string& meta) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator files(meta, error), end; !error && files != end;
       files.increment(error)) {
    if (std::string path = files->path().string(); path.ends_with(".json")) {
      paths.push_back(std::move(path));
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), meta);
  }
  std::ranges::sort(paths);
  return paths;
}

// The text of an optional file; none if it is not there.
absl::StatusOr<std::optional<std::string>> ReadIfThere(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (text.ok()) {
    return std::optional<std::string>(*std::move(text));
  }
  if (absl::IsNotFound(text.status())) {
    return std::optional<std::string>();
  }
  return text.status();
}

absl::Status ReadPackages(const std::string& meta, Prefix* prefix) {
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, MetaFiles(meta));
  ASSIGN_OR_RETURN(const std::optional<std::string> history, ReadIfThere(meta + "/history"));
  std::map<std::string, MatchSpec> requested = RequestedSpecs(history.value_or(""));
  const bool has_requests = !requested.empty();
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(JsonRecord json, ParseCondaMeta(text, path));
    InstalledPackage package;
    package.record = std::move(json.record);
    if (const auto found = requested.find(package.record.name); found != requested.end()) {
      package.requested = std::move(found->second);
    } else if (!has_requests && !json.requested_spec.empty()) {
      // Environments of tools that write no history.
      if (auto spec = MatchSpec::Parse(json.requested_spec); spec.ok()) {
        package.requested = *std::move(spec);
      }
    }
    prefix->installed.push_back(std::move(package));
  }
  std::ranges::stable_sort(
      prefix->installed, {},
      [](const InstalledPackage& p) -> const std::string& { return p.record.name; });
  for (std::size_t i = 1; i < prefix->installed.size(); ++i) {
    if (prefix->installed[i - 1].record.name == prefix->installed[i].record.name) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: two records of '%s'; remove the wrong one", meta, prefix->installed[i].record.name));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Prefix> ReadPrefix(const std::string& path) {
  Prefix prefix;
  prefix.path = AbsolutePath(ExpandPath(path));
  const std::string meta = prefix.path + "/conda-meta";
  if (HasJournal(prefix.path)) {
    RETURN_IF_ERROR(EnvironmentLock::Open(prefix.path, {}).status());
  }
  if (std::error_code error; !fs::is_directory(meta, error)) {
    return absl::NotFoundError(absl::StrFormat(
        "prefix '%s': not a conda environment (it has no conda-meta)", prefix.path));
  }
  RETURN_IF_ERROR(ReadPackages(meta, &prefix));
  ASSIGN_OR_RETURN(const std::optional<std::string> pinned, ReadIfThere(meta + "/pinned"));
  if (pinned.has_value()) {
    ASSIGN_OR_RETURN(RequestFile pins, ParseSpecsText(*pinned, meta + "/pinned"));
    prefix.pins = std::move(pins.specs);
  }
  ASSIGN_OR_RETURN(prefix.frozen, ReadIfThere(meta + "/frozen"));
  return prefix;
}

std::string FrozenMessage(const std::string& text) {
  const absl::StatusOr<nlohmann::json> json = ParseJsonObject(text, "frozen");
  if (json.ok() && json->contains("message") && (*json)["message"].is_string()) {
    return (*json)["message"].get<std::string>();
  }
  return std::string(StripSpace(text));
}

}  // namespace satchel
