#include "bench/corpus/import.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/request/explicit_package.h"
#include "frontend/request/prefix.h"
#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {
namespace {

const YamlNode& Get(const YamlNode& map, std::string_view key) {
  static const YamlNode null;
  for (const auto& [name, value] : map.fields()) {
    if (name.Scalar() == key) {
      return value;
    }
  }
  return null;
}

// pixi.lock: environments: default: packages: PLATFORM: [{conda: URL}].
std::vector<std::string> PixiUrls(const YamlNode& root, const std::string& platform) {
  std::vector<std::string> urls;
  const YamlNode& environment = Get(Get(root, "environments"), "default");
  for (const YamlNode& package : Get(Get(environment, "packages"), platform).elements()) {
    if (const std::string& url = Get(package, "conda").Scalar(); !url.empty()) {
      urls.push_back(url);
    }
  }
  return urls;
}

// conda-lock.yml: package: [{manager: conda, platform: PLATFORM, url: URL}].
std::vector<std::string> CondaLockUrls(const YamlNode& root, const std::string& platform) {
  std::vector<std::string> urls;
  for (const YamlNode& package : Get(root, "package").elements()) {
    if (Get(package, "manager").Scalar() == "conda" &&
        Get(package, "platform").Scalar() == platform) {
      urls.push_back(Get(package, "url").Scalar());
    }
  }
  return urls;
}

std::string ExactSpec(const ExplicitPackage& package) {
  return package.name + " ==" + package.version + " " + package.build;
}

absl::Status AddLocked(const std::string& path, const YamlNode& root, Problem* problem) {
  const bool is_pixi = !Get(root, "environments").IsNull();
  const std::vector<std::string> urls =
      is_pixi ? PixiUrls(root, problem->platform) : CondaLockUrls(root, problem->platform);
  if (urls.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: no package is locked for %s", path, problem->platform));
  }
  for (const std::string& url : urls) {
    ASSIGN_OR_RETURN(const ExplicitPackage package,
                     ParseExplicitPackage(url.substr(0, url.find('#')), path));
    problem->specs.push_back(ExactSpec(package));
  }
  return absl::OkStatus();
}

absl::Status AddPrefix(const std::string& path, Problem* problem) {
  ASSIGN_OR_RETURN(const Prefix prefix, ReadPrefix(path));
  for (const InstalledPackage& package : prefix.installed) {
    problem->installed.push_back(package.record.url);
    if (package.requested.has_value()) {
      problem->specs.push_back(package.requested->ToString());
    }
  }
  for (const SpecText& pin : prefix.pins) {
    problem->pins.push_back(pin.text);
  }
  return absl::OkStatus();
}

absl::Status AddFile(const std::string& path, Problem* problem) {
  if (path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".lock")) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
    if (!Get(root, "package").IsNull() || !Get(root, "environments").IsNull()) {
      return AddLocked(path, root, problem);
    }
  }
  ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, problem->platform));
  for (const SpecText& spec : file.specs) {
    problem->specs.push_back(spec.text);
  }
  for (const ExplicitPackage& package : file.packages) {
    problem->specs.push_back(ExactSpec(package));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Problem> ImportProblem(const std::string& path, Problem problem) {
  problem.id = std::filesystem::path(AbsolutePath(path)).stem().string();
  RETURN_IF_ERROR(std::filesystem::is_directory(path) ? AddPrefix(path, &problem)
                                                      : AddFile(path, &problem));
  if (problem.specs.empty()) {
    return absl::InvalidArgumentError(path + ": asks for nothing");
  }
  return problem;
}

}  // namespace satchel
