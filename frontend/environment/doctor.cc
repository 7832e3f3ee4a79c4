#include "frontend/environment/doctor.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/json.h"
#include "frontend/link/record/conda_meta.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A path that leads out of the environment is nobody's file.
bool IsInside(const std::string& path) {
  return !path.empty() && path[0] != '/' &&
         !fs::path(path).lexically_normal().string().starts_with("..");
}

class Checker final {
 public:
  explicit Checker(const std::string& prefix) : prefix_(prefix) {}

  // Of two packages with the same path one had to win.
  void NoteOwners(const std::string& file) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    const auto hashes = text.ok() ? InstalledHashes(*text, file) : text.status();
    if (!hashes.ok()) {
      return;  // Told by CheckRecord.
    }
    for (const InstalledHash& owned : *hashes) {
      hashes_[owned.path].push_back(owned.sha256);
    }
  }

  void CheckRecord(const std::string& file) {
    const std::string stem = fs::path(file).stem().string();
    const absl::StatusOr<std::string> text = ReadFile(file);
    const absl::StatusOr<Json> parsed = ParseJsonObject(text.value_or(""), file);
    if (!parsed.ok()) {
      health_.problems.push_back(file + ": cannot be read");
      return;
    }
    const Json& record = *parsed;
    ++health_.num_packages;
    if (const std::string name = TextField(record, "name"); !names_.insert(name).second) {
      health_.problems.push_back(
          absl::StrFormat("%s: there is another record of '%s'", file, name));
    }
    PackageHealth package;
    package.name = stem;
    CheckFiles(record, &package);
    if (!package.missing.empty() || !package.altered.empty()) {
      std::ranges::sort(package.missing);
      std::ranges::sort(package.altered);
      health_.packages.push_back(std::move(package));
    }
  }

  EnvironmentHealth Finish() && { return std::move(health_); }

 private:
  // The detailed list if there is one, else the names alone.
  void CheckFiles(const Json& record, PackageHealth* package) {
    const auto data = record.find("paths_data");
    if (data != record.end() && data->is_object() && data->contains("paths") &&
        (*data)["paths"].is_array() && !(*data)["paths"].empty()) {
      for (const Json& path : (*data)["paths"]) {
        if (path.is_object()) {
          std::string sha256 = TextField(path, "sha256_in_prefix");
          if (sha256.empty() && TextField(path, "prefix_placeholder").empty()) {
            sha256 = TextField(path, "sha256");
          }
          CheckFile(TextField(path, "_path"), TextField(path, "path_type"), sha256, package);
        }
      }
      return;
    }
    if (const auto files = record.find("files"); files != record.end() && files->is_array()) {
      for (const Json& path : *files) {
        CheckFile(path.is_string() ? path.get<std::string>() : "", "", "", package);
      }
    }
  }

  void CheckFile(const std::string& path, const std::string& type, const std::string& sha256,
                 PackageHealth* package) {
    if (!IsInside(path)) {
      return;
    }
    ++health_.num_files;
    const std::string file = prefix_ + "/" + path;
    std::error_code error;
    if (!fs::exists(fs::symlink_status(file, error))) {
      package->missing.push_back(path);
      return;
    }
    const bool has_known_content = type == "hardlink" && !sha256.empty() && !path.ends_with(".pyc");
    if (!has_known_content) {
      return;
    }
    const std::string digest = FileDigest(Digest::Kind::kSha256, file).value_or("");
    if (digest != sha256 && std::ranges::count(hashes_[path], digest) == 0) {
      package->altered.push_back(path);
    }
  }

  const std::string& prefix_;
  std::set<std::string> names_;
  std::map<std::string, std::vector<std::string>> hashes_;  // By path, of all its owners.
  EnvironmentHealth health_;
};

}  // namespace

absl::StatusOr<EnvironmentHealth> CheckEnvironment(const std::string& prefix) {
  std::vector<std::string> records;
  std::error_code error;
  for (fs::directory_iterator entries(prefix + "/conda-meta", error), end; !error && entries != end;
       entries.increment(error)) {
    if (entries->path().extension() == ".json") {
      records.push_back(entries->path().string());
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), prefix + "/conda-meta");
  }
  std::ranges::sort(records);
  Checker checker(prefix);
  for (const std::string& record : records) {
    checker.NoteOwners(record);
  }
  for (const std::string& record : records) {
    checker.CheckRecord(record);
  }
  return std::move(checker).Finish();
}

}  // namespace satchel
