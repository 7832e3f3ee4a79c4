#include "frontend/request/pixi_lock.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/request/package_hash.h"

namespace satchel {
namespace {

constexpr int kNewestPixiLock = 7;

using PackagesByUrl = absl::flat_hash_map<std::string, const YamlNode*>;

// The URL of an element of a list of packages: "conda: URL", or "pypi: URL"; version 5 has "kind".
std::string UrlOf(const YamlNode& package, const char* manager) {
  const std::string url = package.TextOf(manager);
  return url.empty() && package.TextOf("kind") == manager ? package.TextOf("url") : url;
}

PackagesByUrl Packages(const YamlNode& root, const char* manager) {
  PackagesByUrl packages;
  for (const YamlNode& package : root.Get("packages").elements()) {
    if (const std::string url = UrlOf(package, manager); !url.empty()) {
      packages.emplace(url, &package);
    }
  }
  return packages;
}

// "#<sha256>", "#<md5>", or nothing.
std::string HashSuffix(const YamlNode& package) {
  for (const char* key : {"sha256", "md5"}) {
    if (const std::string hash = ToLower(package.TextOf(key)); IsHash(hash, key)) {
      return "#" + hash;
    }
  }
  return "";
}

// As pip reads it.
std::string PypiRequirement(const std::string& url, const YamlNode* package) {
  const bool is_local = url.find("://") == std::string::npos;
  if (package == nullptr || is_local) {
    const bool is_editable = package != nullptr && package->TextOf("editable") == "true";
    return (is_editable ? "-e " : "") + url;
  }
  const std::string hash = ToLower(package->TextOf("sha256"));
  return package->TextOf("name") + " @ " + url +
         (IsHash(hash, "sha256") ? " --hash=sha256:" + hash : "");
}

std::string WhereOf(const YamlNode& node, const std::string& label) {
  return absl::StrFormat("%s:%d", label, node.line());
}

// Version 7 gives platforms names of their own, with the subdir beside it. The first one counts.
std::string NameOfPlatform(const YamlNode& root, const std::string& platform) {
  for (const YamlNode& described : root.Get("platforms").elements()) {
    if (described.TextOf("subdir") == platform) {
      return described.TextOf("name");
    }
  }
  return platform;
}

}  // namespace

bool IsPixiLock(const YamlNode& root) {
  return !root.Get("version").IsNull() && root.Get("environments").IsMap() &&
         root.Get("dependencies").IsNull();
}

std::string SubdirOfPlatform(const YamlNode& root, const std::string& name) {
  for (const YamlNode& described : root.Get("platforms").elements()) {
    if (described.TextOf("name") == name && !described.TextOf("subdir").empty()) {
      return described.TextOf("subdir");
    }
  }
  return name;
}

absl::StatusOr<RequestFile> ReadPixiLock(const YamlNode& root, const std::string& label,
                                         const std::string& platform, const FileParts& parts) {
  if (const std::string version = root.TextOf("version");
      version.size() > 1 || version > std::to_string(kNewestPixiLock)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: pixi lock files of version %s are not supported", label, version));
  }
  RequestFile file;
  for (const auto& [name, environment] : root.Get("environments").fields()) {
    file.environments.push_back(name.Scalar());
  }
  const std::string environment = parts.environment.empty() ? "default" : parts.environment;
  const YamlNode& packages = root.Get("environments").Get(environment).Get("packages");
  const YamlNode* of_platform = &packages.Get(platform);
  if (of_platform->IsNull()) {
    of_platform = &packages.Get(NameOfPlatform(root, platform));
  }
  if (of_platform->IsNull()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: a pixi lock file without packages of the environment '%s' for %s",
                        label, environment, platform));
  }
  const PackagesByUrl conda = Packages(root, "conda");
  const PackagesByUrl pypi = Packages(root, "pypi");
  file.is_explicit = true;
  for (const YamlNode& element : of_platform->elements()) {
    if (const std::string url = element.TextOf("pypi"); !url.empty()) {
      const auto found = pypi.find(url);
      file.pip.push_back(PypiRequirement(url, found == pypi.end() ? nullptr : found->second));
      continue;
    }
    const std::string url = element.TextOf("conda");
    if (!IsPackageFileName(url.substr(url.rfind('/') + 1))) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: a package that must be built from source; pixi can do that, satchel cannot",
          WhereOf(element, label)));
    }
    const auto found = conda.find(url);
    ASSIGN_OR_RETURN(
        ExplicitPackage package,
        ParseExplicitPackage(found == conda.end() ? url : url + HashSuffix(*found->second),
                             WhereOf(element, label)));
    file.packages.push_back(std::move(package));
  }
  return file;
}

}  // namespace satchel
