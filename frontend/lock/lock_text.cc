#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/environment_text.h"
#include "frontend/export/package_url.h"
#include "frontend/export/yaml_text.h"
#include "frontend/fetch/url.h"
#include "frontend/lock/lock_file.h"
#include "frontend/request/conda_lock.h"
#include "frontend/yaml_node.h"
#include "repodata/spec/match_spec.h"

namespace satchel {
namespace {

absl::Status CheckUrls(const LockFile& lock) {
  for (const LockedPlatform& platform : lock.platforms) {
    for (const PackageRecord& record : platform.packages) {
      if (record.url.empty()) {
        return absl::FailedPreconditionError(absl::StrFormat(
            "%s: it is not known where it came from; it cannot be exported with its URL",
            DistName(record)));
      }
    }
  }
  return absl::OkStatus();
}

std::string ChannelText(const std::string& channel) {
  return YamlScalar(UrlScheme(channel).empty() ? channel : StripCredentials(channel));
}

// --- conda-lock ---

// "numpy: '>=1.20,<2'" of each dependency (CEP 37).
std::map<std::string, std::string> DependencyMap(const PackageRecord& record) {
  std::map<std::string, std::string> dependencies;
  for (const std::string& text : record.depends) {
    if (text.find('[') != std::string::npos) {  // Of repodata v3, which lock files do not know.
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      if (spec.ok() && spec->when() == nullptr) {
        dependencies[spec->name()] = spec->FieldText(SpecField::kVersion).value_or("");
      }
      continue;
    }
    const std::string name = text.substr(0, text.find(' '));
    dependencies[name] = text.size() > name.size() ? text.substr(name.size() + 1) : "";
  }
  return dependencies;
}

std::string CondaLockPackage(const PackageRecord& record, const std::string& platform,
                             const std::string& category) {
  std::string text = "- name: " + YamlScalar(record.name) +
                     "\n  version: " + YamlText(record.version) +
                     "\n  manager: conda\n  platform: " + platform + "\n  dependencies:";
  const std::map<std::string, std::string> dependencies = DependencyMap(record);
  text += dependencies.empty() ? " {}\n" : "\n";
  for (const auto& [name, spec] : dependencies) {
    text += "    " + YamlScalar(name) + ": " + YamlText(spec) + "\n";
  }
  text += "  url: " + YamlScalar(UrlToKeep(record.url)) + "\n  hash:\n";
  for (const auto& [key, hash] : {std::pair{"md5", &record.md5}, {"sha256", &record.sha256}}) {
    if (!hash->empty()) {
      text += absl::StrFormat("    %s: %s\n", key, YamlText(*hash));
    }
  }
  return text + absl::StrFormat("  category: %s\n  optional: %s\n", YamlScalar(category),
                                category == "main" ? "false" : "true");
}

// "name @ URL --hash=sha256:HASH" or "name==version" as a package of manager pip.
std::string CondaLockPip(const std::string& line, const std::string& platform) {
  constexpr std::string_view kHash = " --hash=sha256:";
  const std::size_t hash = line.find(kHash);
  const std::string requirement = line.substr(0, hash);
  const std::size_t at = requirement.find(" @ ");
  const std::size_t equal = requirement.find("==");
  const std::string url = at == std::string::npos ? "" : requirement.substr(at + 3);
  // A wheel's name has its version.
  const std::string file = url.substr(url.rfind('/') + 1);
  const std::size_t first = file.find('-');
  const std::string version = equal != std::string::npos && at == std::string::npos
                                  ? requirement.substr(equal + 2)
                                  : file.substr(first + 1, file.find('-', first + 1) - first - 1);
  std::string text = absl::StrFormat(
      "- name: %s\n  version: %s\n  manager: pip\n  platform: %s\n  dependencies: {}\n  url: %s\n"
      "  hash:",
      YamlScalar(requirement.substr(0, std::min(at, equal))), YamlText(version), platform,
      YamlScalar(url));
  text += hash == std::string::npos
              ? " {}\n"
              : "\n    sha256: " + YamlText(line.substr(hash + kHash.size())) + "\n";
  return text + "  category: main\n  optional: false\n";
}

// With a URL or a version; else it says only what was asked for.
bool IsLockedPip(const std::string& line) {
  return line.find(" @ ") != std::string::npos || line.find("==") != std::string::npos;
}

// conda-lock has no place for requirements that are not locked, but one for what others add.
std::string AskedOfPip(const LockFile& lock) {
  std::string text;
  for (const LockedPlatform& platform : lock.platforms) {
    std::string lines;
    for (const std::string& line : platform.pip) {
      lines += IsLockedPip(line) ? "" : line + "\n";
    }
    if (!lines.empty()) {
      text += "    " + PipRequirementsKey(platform.platform) + ": " + YamlText(lines) + "\n";
    }
  }
  return text.empty() ? "" : "  custom_metadata:\n" + text;
}

std::string CondaLockText(const LockFile& lock) {
  std::string text = "version: 1\nmetadata:\n  content_hash:\n";
  for (const LockedPlatform& platform : lock.platforms) {
    text += "    " + platform.platform + ": " + YamlText(platform.content_hash) + "\n";
  }
  const std::vector<std::string> channels = lock.Channels();
  text += channels.empty() ? "  channels: []\n" : "  channels:\n";
  for (const std::string& channel : channels) {
    text += "  - url: " + ChannelText(channel) + "\n    used_env_vars: []\n";
  }
  text += "  platforms:\n";
  for (const LockedPlatform& platform : lock.platforms) {
    text += "  - " + platform.platform + "\n";
  }
  text += lock.sources.empty() ? "  sources: []\n" : "  sources:\n";
  for (const std::string& source : lock.sources) {
    text += "  - " + YamlScalar(source) + "\n";
  }
  text += AskedOfPip(lock);
  // By name, so that the platforms of one stand together.
  std::multimap<std::string, std::string> packages;
  for (const LockedPlatform& platform : lock.platforms) {
    for (const PackageRecord& record : platform.packages) {
      const auto found = platform.categories.find(record.name);
      for (const std::string& category :
           found == platform.categories.end() ? std::set<std::string>{"main"} : found->second) {
        packages.emplace(record.name, CondaLockPackage(record, platform.platform, category));
      }
    }
  }
  for (const LockedPlatform& platform : lock.platforms) {
    for (const std::string& line : platform.pip) {
      if (IsLockedPip(line)) {
        packages.emplace("~" + line, CondaLockPip(line, platform.platform));  // After conda's.
      }
    }
  }
  text += packages.empty() ? "package: []\n" : "package:\n";
  for (const auto& [name, package] : packages) {
    text += package;
  }
  return text;
}

// --- pixi ---

void AppendList(const char* key, const std::vector<std::string>& list, std::string* text) {
  if (!list.empty()) {
    *text += absl::StrFormat("  %s:\n", key);
    for (const std::string& item : list) {
      *text += "  - " + YamlScalar(item) + "\n";
    }
  }
}

std::string PixiPackage(const PackageRecord& record) {
  std::string text = "- conda: " + YamlScalar(UrlToKeep(record.url)) + "\n";
  if (!record.url.starts_with("http")) {  // rattler derives it from other URLs only.
    text += "  subdir: " + YamlScalar(record.subdir) + "\n";
  }
  for (const auto& [key, value] : {std::pair{"sha256", &record.sha256}, {"md5", &record.md5}}) {
    if (!value->empty()) {
      text += absl::StrFormat("  %s: %s\n", key, YamlText(*value));
    }
  }
  AppendList("depends", record.depends, &text);
  AppendList("constrains", record.constrains, &text);
  for (const auto& [key, value] :
       {std::pair{"license", &record.license}, {"license_family", &record.license_family}}) {
    if (!value->empty()) {
      text += absl::StrFormat("  %s: %s\n", key, YamlScalar(*value));
    }
  }
  if (record.size_bytes > 0) {
    text += absl::StrFormat("  size: %d\n", record.size_bytes);
  }
  if (record.timestamp_ms > 0) {
    text += absl::StrFormat("  timestamp: %d\n", record.timestamp_ms);
  }
  return text;
}

// What a line of a requirements file says of a package of PyPI.
struct PypiPackage {
  std::string url;  // Empty if it names no file.
  std::string name;
  std::string version;  // Of a wheel.
  std::string sha256;
  bool is_editable = false;
};

PypiPackage ReadPypiLine(const std::string& line) {
  constexpr std::string_view kHash = " --hash=sha256:";
  constexpr std::string_view kEditable = "-e ";
  PypiPackage package;
  const std::size_t hash = line.find(kHash);
  std::string requirement = line.substr(0, hash);
  package.sha256 = hash == std::string::npos ? "" : line.substr(hash + kHash.size());
  package.is_editable = requirement.starts_with(kEditable);
  if (package.is_editable) {
    requirement.erase(0, kEditable.size());
  }
  const std::size_t at = requirement.find(" @ ");
  if (at != std::string::npos) {
    package.name = requirement.substr(0, at);
    package.url = requirement.substr(at + 3);
    const std::string file = package.url.substr(package.url.rfind('/') + 1);
    const std::vector<std::string_view> parts = Split(file, '-');
    package.version = file.ends_with(".whl") && parts.size() > 2 ? parts[1] : "";
  } else if (requirement.starts_with('.') || requirement.starts_with('/')) {
    package.url = requirement;
  }
  return package;
}

std::string PixiPypi(const PypiPackage& package) {
  std::string text = "- pypi: " + YamlScalar(package.url) + "\n";
  for (const auto& [key, value] : {std::pair{"name", &package.name},
                                   {"version", &package.version},
                                   {"sha256", &package.sha256}}) {
    if (!value->empty()) {
      text += absl::StrFormat("  %s: %s\n", key, YamlText(*value));
    }
  }
  return text + (package.is_editable ? "  editable: true\n" : "");
}

// Of one environment; collects the packages.
std::string PixiPlatform(const LockedPlatform& platform,
                         std::map<std::string, std::string>* packages) {
  std::string text;
  for (const PackageRecord& record : platform.packages) {
    text += "      - conda: " + YamlScalar(UrlToKeep(record.url)) + "\n";
    packages->emplace("conda " + UrlToKeep(record.url), PixiPackage(record));
  }
  for (const std::string& line : platform.pip) {
    if (const PypiPackage package = ReadPypiLine(line); !package.url.empty()) {
      text += "      - pypi: " + YamlScalar(package.url) + "\n";
      packages->emplace("pypi " + package.url, PixiPypi(package));
    }
  }
  return absl::StrFormat("      %s:%s\n", platform.platform, text.empty() ? " []" : "") + text;
}

std::string PixiText(const LockFile& lock) {
  std::string text = absl::StrFormat("version: %d\n", lock.pixi_version);
  if (lock.pixi_version > 6) {
    std::set<std::string> names;
    for (const LockedPlatform& platform : lock.platforms) {
      names.insert(platform.platform);
    }
    text += "platforms:\n";
    for (const std::string& name : names) {
      text += "- name: " + name + "\n";
    }
  }
  text += "environments:\n";
  std::map<std::string, std::string> packages;  // By URL; platforms share noarch ones.
  const std::string* environment = nullptr;
  for (const LockedPlatform& platform : lock.platforms) {
    if (environment == nullptr || *environment != platform.environment) {
      environment = &platform.environment;
      text += absl::StrFormat("  %s:\n    channels:%s\n", YamlScalar(*environment),
                              platform.channels.empty() ? " []" : "");
      for (const std::string& channel : platform.channels) {
        text += "    - url: " + ChannelText(channel + "/") + "\n";
      }
      text += "    packages:\n";
    }
    text += PixiPlatform(platform, &packages);
  }
  text += packages.empty() ? "packages: []\n" : "packages:\n";
  for (const auto& [url, package] : packages) {
    text += package;
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> LockText(const LockFile& lock, LockFormat format) {
  RETURN_IF_ERROR(CheckUrls(lock));
  switch (format) {
    case LockFormat::kPixi:
      return PixiText(lock);
    case LockFormat::kExplicit:
      return ExplicitText(lock.platforms.front().platform, lock.platforms.front().packages,
                          ExplicitHash::kSha256);
    case LockFormat::kCondaLock:
      break;
  }
  return CondaLockText(lock);
}

}  // namespace satchel
