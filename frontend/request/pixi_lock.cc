#include "frontend/request/pixi_lock.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/request/package_hash.h"

namespace satchel {
namespace {

// By URL: "#<sha256>", "#<md5>", or nothing.
using Hashes = absl::flat_hash_map<std::string, std::string>;

Hashes ReadHashes(const YamlNode& root) {
  Hashes hashes;
  for (const YamlNode& package : root.Get("packages").elements()) {
    const std::string conda = package.TextOf("conda");
    const std::string url = conda.empty() ? package.TextOf("url") : conda;
    for (const char* key : {"md5", "sha256"}) {
      if (const std::string hash = ToLower(package.TextOf(key)); IsHash(hash, key)) {
        hashes[url] = "#" + hash;
      }
    }
  }
  return hashes;
}

std::string WhereOf(const YamlNode& node, const std::string& label) {
  return absl::StrFormat("%s:%d", label, node.line());
}

}  // namespace

bool IsPixiLock(const YamlNode& root) {
  return !root.Get("version").IsNull() && root.Get("environments").IsMap() &&
         root.Get("dependencies").IsNull();
}

absl::StatusOr<RequestFile> ReadPixiLock(const YamlNode& root, const std::string& label,
                                         const std::string& platform) {
  const YamlNode& environment = root.Get("environments").Get("default");
  const YamlNode& packages = environment.Get("packages").Get(platform);
  if (packages.IsNull()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: a pixi lock file without packages of the environment 'default' for %s",
                        label, platform));
  }
  const Hashes hashes = ReadHashes(root);
  RequestFile file;
  file.is_explicit = true;
  std::size_t num_of_pypi = 0;
  for (const YamlNode& element : packages.elements()) {
    const std::string url = element.TextOf("conda");
    if (url.empty()) {
      ++num_of_pypi;
      continue;
    }
    const auto hash = hashes.find(url);
    ASSIGN_OR_RETURN(ExplicitPackage package,
                     ParseExplicitPackage(hash == hashes.end() ? url : url + hash->second,
                                          WhereOf(element, label)));
    file.packages.push_back(std::move(package));
  }
  if (num_of_pypi > 0) {
    file.warnings.push_back(absl::StrFormat(
        "%s: %d packages of PyPI are left out; pip or pixi installs them", label, num_of_pypi));
  }
  return file;
}

}  // namespace satchel
