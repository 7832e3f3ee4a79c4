#include "frontend/request/pixi_lock.h"

#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/request/package_hash.h"

namespace satchel {
namespace {

const YamlNode* Get(const YamlNode* map, std::string_view key) {
  if (map != nullptr) {
    for (const YamlNode::Field& field : map->fields()) {
      if (field.first.Scalar() == key) {
        return &field.second;
      }
    }
  }
  return nullptr;
}

std::string TextOf(const YamlNode& map, std::string_view key) {
  const YamlNode* const value = Get(&map, key);
  return value == nullptr ? std::string() : value->Scalar();
}

// By URL: "#<sha256>", "#<md5>", or nothing.
using Hashes = absl::flat_hash_map<std::string, std::string>;

Hashes ReadHashes(const YamlNode& root) {
  Hashes hashes;
  const YamlNode* const packages = Get(&root, "packages");
  if (packages == nullptr) {
    return hashes;
  }
  for (const YamlNode& package : packages->elements()) {
    const std::string conda = TextOf(package, "conda");
    const std::string url = conda.empty() ? TextOf(package, "url") : conda;
    for (const char* key : {"md5", "sha256"}) {
      if (const std::string hash = ToLower(TextOf(package, key)); IsHash(hash, key)) {
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
  const YamlNode* const environments = Get(&root, "environments");
  return Get(&root, "version") != nullptr && environments != nullptr && environments->IsMap() &&
         Get(&root, "dependencies") == nullptr;
}

absl::StatusOr<RequestFile> ReadPixiLock(const YamlNode& root, const std::string& label,
                                         const std::string& platform) {
  const YamlNode* const environment = Get(Get(&root, "environments"), "default");
  const YamlNode* const packages = Get(Get(environment, "packages"), platform);
  if (packages == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: a pixi lock file without packages of the environment 'default' for %s",
                        label, platform));
  }
  const Hashes hashes = ReadHashes(root);
  RequestFile file;
  file.is_explicit = true;
  std::size_t num_of_pypi = 0;
  for (const YamlNode& element : packages->elements()) {
    const std::string url = TextOf(element, "conda");
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
