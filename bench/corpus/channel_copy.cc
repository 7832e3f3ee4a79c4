#include "bench/corpus/channel_copy.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/json.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

void DropNulls(nlohmann::json& repodata) {
  for (const char* const section : {"packages", "packages.conda"}) {
    if (!repodata.contains(section) || !repodata[section].is_object()) {
      continue;
    }
    for (auto& [fn, record] : repodata[section].items()) {
      for (auto field = record.begin(); record.is_object() && field != record.end();) {
        field = field->is_null() ? record.erase(field) : std::next(field);
      }
    }
  }
}

}  // namespace

absl::Status CopyWithoutNulls(const std::string& from, const std::string& to) {
  std::error_code error;
  // Under its name only once it is whole.
  const std::string unfinished = to + ".unfinished";
  std::filesystem::remove_all(unfinished, error);
  for (const auto& entry : std::filesystem::directory_iterator(from, error)) {
    const std::string path = entry.path().string() + "/repodata.json";
    if (!std::filesystem::exists(path)) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(nlohmann::json repodata, ParseJsonObject(text, path));
    DropNulls(repodata);
    const std::string directory = unfinished + "/" + entry.path().filename().string();
    std::filesystem::create_directories(directory, error);
    RETURN_IF_ERROR(WriteFile(directory + "/repodata.json", repodata.dump()));
  }
  std::filesystem::rename(unfinished, to, error);
  return error ? absl::UnavailableError(absl::StrFormat("%s: %s", to, error.message()))
               : absl::OkStatus();
}

absl::Status CheckHashes(const ManifestChannel& channel) {
  for (const auto& [subdir, expected] : channel.sha256) {
    const std::string path = channel.source_directory + "/" + subdir + "/repodata.json";
    ASSIGN_OR_RETURN(const std::string found, FileDigest(Digest::Kind::kSha256, path));
    if (found != expected) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "%s: %s has sha256 %s, but the manifest pins %s", channel.where, path, found, expected));
    }
  }
  return absl::OkStatus();
}

}  // namespace satchel
