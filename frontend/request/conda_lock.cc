#include "frontend/request/conda_lock.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/request/package_hash.h"

namespace satchel {
namespace {

absl::Status Error(const std::string& where, const std::string& what) {
  return absl::InvalidArgumentError(where + ": " + what);
}

// "name @ URL", as pip reads it, with the hash that it then checks.
std::string PipRequirement(const YamlNode& package, const std::string& sha256) {
  const std::string url = package.TextOf("url");
  std::string line = package.TextOf("name");
  line += url.empty() ? "==" + package.TextOf("version") : " @ " + url;
  return sha256.empty() ? line : line + " --hash=sha256:" + sha256;
}

absl::Status AddPackage(const YamlNode& package, const std::string& where, RequestFile* file) {
  const YamlNode& hash = package.Get("hash");
  if (package.TextOf("manager") == "pip") {
    file->pip.push_back(PipRequirement(package, hash.TextOf("sha256")));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(ExplicitPackage parsed, ParseExplicitPackage(package.TextOf("url"), where));
  for (const auto& [key, field] :
       {std::pair("sha256", &parsed.sha256), std::pair("md5", &parsed.md5)}) {
    std::string stated = ToLower(hash.TextOf(key));
    const std::string prefix = std::string(key) + ":";
    if (hash.IsScalar() && hash.Scalar().starts_with(prefix)) {  // As conda-lock wrote it once.
      stated = ToLower(hash.Scalar().substr(prefix.size()));
    }
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
  return root.IsMap() && !root.Get("package").IsNull() && root.Get("dependencies").IsNull();
}

std::vector<std::string> AskedOfPip(const YamlNode& root, const std::string& platform) {
  std::vector<std::string> lines;
  const std::string asked =
      root.Get("metadata").Get("custom_metadata").TextOf(PipRequirementsKey(platform));
  for (const std::string_view line : Split(asked, '\n')) {
    if (!line.empty()) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

std::string PipRequirementsKey(const std::string& platform) {
  return "pip-requirements-" + platform;
}

absl::StatusOr<RequestFile> ReadCondaLock(const YamlNode& root, const std::string& label,
                                          const std::string& platform, const FileParts& parts) {
  if (const std::string version = root.TextOf("version");
      !version.empty() && version != "1" && version != "2" && version != "3") {
    return Error(label, absl::StrFormat("lock files of version %s are not supported", version));
  }
  RequestFile file;
  file.is_explicit = true;
  std::set<std::pair<std::string, std::string>> seen;
  for (const YamlNode& package : root.Get("package").elements()) {
    const std::string where = absl::StrFormat("%s:%d", label, package.line());
    if (!package.IsMap()) {
      return Error(where, "each package must be a map");
    }
    const std::string category = package.TextOf("category");
    if (package.TextOf("platform") != platform ||
        (!category.empty() && !parts.HasCategory(category))) {
      continue;
    }
    // A package that several categories need is listed once for each.
    const auto key = std::pair(package.TextOf("manager") + " " + package.TextOf("name"),
                               package.TextOf("url"));
    if (seen.insert(key).second) {
      RETURN_IF_ERROR(AddPackage(package, where, &file));
    }
  }
  std::ranges::move(AskedOfPip(root, platform), std::back_inserter(file.pip));
  if (file.packages.empty()) {
    return Error(label, absl::StrFormat("it locks no packages for %s", platform));
  }
  return file;
}

}  // namespace satchel
