#include "frontend/request/conda_lock.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/request/package_hash.h"

namespace satchel {
namespace {

// Null if the map has no such key.
const YamlNode* Find(const YamlNode& map, std::string_view key) {
  for (const YamlNode::Field& field : map.fields()) {
    if (field.first.IsScalar() && field.first.Scalar() == key) {
      return &field.second;
    }
  }
  return nullptr;
}

std::string Text(const YamlNode& map, std::string_view key) {
  const YamlNode* const value = Find(map, key);
  return value == nullptr ? std::string() : value->Scalar();
}

absl::Status Error(const std::string& where, const std::string& what) {
  return absl::InvalidArgumentError(where + ": " + what);
}

// "name @ URL", as pip reads it, with the hash that it then checks.
std::string PipRequirement(const YamlNode& package, const std::string& sha256) {
  const std::string url = Text(package, "url");
  std::string line = Text(package, "name");
  line += url.empty() ? "==" + Text(package, "version") : " @ " + url;
  return sha256.empty() ? line : line + " --hash=sha256:" + sha256;
}

absl::Status AddPackage(const YamlNode& package, const std::string& where, RequestFile* file) {
  const YamlNode* const hash = Find(package, "hash");
  const std::string sha256 = hash == nullptr ? std::string() : Text(*hash, "sha256");
  if (Text(package, "manager") == "pip") {
    file->pip.push_back(PipRequirement(package, sha256));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(ExplicitPackage parsed, ParseExplicitPackage(Text(package, "url"), where));
  for (const auto& [key, field] :
       {std::pair("sha256", &parsed.sha256), std::pair("md5", &parsed.md5)}) {
    const std::string stated = hash == nullptr ? std::string() : ToLower(Text(*hash, key));
    if (stated.empty()) {
      continue;  // Perhaps the URL has one.
    }
    if (!IsHash(stated, key)) {
      return Error(where, absl::StrFormat("'%s' is not a valid %s", stated, key));
    }
    *field = stated;
  }
  file->packages.push_back(std::move(parsed));
  return absl::OkStatus();
}

}  // namespace

bool IsCondaLock(const YamlNode& root) {
  return root.IsMap() && Find(root, "package") != nullptr && Find(root, "dependencies") == nullptr;
}

absl::StatusOr<RequestFile> ReadCondaLock(const YamlNode& root, const std::string& label,
                                          const std::string& platform) {
  if (const std::string version = Text(root, "version"); !version.empty() && version != "1") {
    return Error(label, absl::StrFormat("lock files of version %s are not supported", version));
  }
  RequestFile file;
  file.is_explicit = true;
  for (const YamlNode& package : Find(root, "package")->elements()) {
    const std::string where = absl::StrFormat("%s:%d", label, package.line());
    if (!package.IsMap()) {
      return Error(where, "each package must be a map");
    }
    const std::string category = Text(package, "category");
    if (Text(package, "platform") == platform && (category.empty() || category == "main")) {
      RETURN_IF_ERROR(AddPackage(package, where, &file));
    }
  }
  if (file.packages.empty()) {
    return Error(label, absl::StrFormat("it locks no packages for %s", platform));
  }
  return file;
}

}  // namespace satchel
