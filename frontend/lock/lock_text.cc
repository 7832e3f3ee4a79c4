#include <algorithm>
#include <charconv>
#include <cstdint>
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

constexpr int kPixiWithPlatforms = 7;

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

// "urllib3: '>=1.21'" of each that no extra asks for; markers have no place.
std::string PypiDependencies(const LockedPypi& package) {
  std::map<std::string, std::string> dependencies;
  for (const std::string& text : package.requires_dist) {
    const std::size_t end = std::min(text.find_first_of(" ;<>=!~[("), text.size());
    const std::string rest = text.substr(end, text.find(';') - end);
    if (text.find("extra ==") == std::string::npos) {
      const std::string spec(StripSpace(rest));
      dependencies[text.substr(0, end)] = spec.empty() ? "*" : spec;
    }
  }
  std::string lines = dependencies.empty() ? " {}\n" : "\n";
  for (const auto& [name, spec] : dependencies) {
    lines += "    " + YamlScalar(name) + ": " + YamlText(spec) + "\n";
  }
  return lines;
}

std::string CondaLockPypi(const LockedPypi& package, const std::string& platform) {
  std::string text = absl::StrFormat(
      "- name: %s\n  version: %s\n  manager: pip\n  platform: %s\n  dependencies:%s  url: %s\n"
      "  hash:",
      YamlScalar(package.name), YamlText(package.version), platform, PypiDependencies(package),
      YamlScalar(package.url));
  text += package.sha256.empty() ? " {}\n" : "\n    sha256: " + YamlText(package.sha256) + "\n";
  return text + absl::StrFormat("  category: %s\n  optional: %s\n", YamlScalar(package.category),
                                package.category == "main" ? "false" : "true");
}

// conda-lock has no place for requirements that are not locked, but one for what others add.
std::string CustomMetadata(const LockFile& lock) {
  std::string text;
  for (const LockedPlatform& platform : lock.platforms) {
    std::string lines;
    for (const std::string& line : platform.pip) {
      lines += line + "\n";
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
  text += CustomMetadata(lock);
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
    for (const LockedPypi& package : platform.pypi) {  // After conda's.
      packages.emplace("~" + package.name, CondaLockPypi(package, platform.platform));
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

// The number that rattler takes from a build string.
std::uint64_t NumberOfBuild(const std::string& build) {
  const std::string digits = build.substr(build.rfind('_') + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

std::string PixiPackage(const PackageRecord& record) {
  std::string text = "- conda: " + YamlScalar(UrlToKeep(record.url)) + "\n";
  if (record.build_number != NumberOfBuild(record.build)) {
    text += absl::StrFormat("  build_number: %d\n", record.build_number);
  }
  if (!record.url.starts_with("http")) {  // rattler derives it from other URLs only.
    text += "  subdir: " + YamlScalar(record.subdir) + "\n";
  }
  if (record.noarch != NoarchKind::kNone) {
    text += record.noarch == NoarchKind::kPython ? "  noarch: python\n" : "  noarch: generic\n";
  }
  for (const auto& [key, value] : {std::pair{"sha256", &record.sha256}, {"md5", &record.md5}}) {
    if (!value->empty()) {
      text += absl::StrFormat("  %s: %s\n", key, YamlText(*value));
    }
  }
  AppendList("depends", record.depends, &text);
  AppendList("constrains", record.constrains, &text);
  if (!record.track_features.empty()) {
    std::vector<std::string> features;
    for (const std::string_view feature : Split(record.track_features, ' ')) {
      features.emplace_back(feature);
    }
    AppendList("track_features", features, &text);
  }
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
  if (!record.python_site_packages_path.empty()) {
    text += "  python_site_packages_path: " + YamlScalar(record.python_site_packages_path) + "\n";
  }
  return text;
}

std::string PixiPypi(const LockedPypi& package) {
  std::string text = "- pypi: " + YamlScalar(package.url) + "\n";
  for (const auto& [key, value] : {std::pair{"name", &package.name},
                                   {"version", &package.version},
                                   {"sha256", &package.sha256}}) {
    if (!value->empty()) {
      text += absl::StrFormat("  %s: %s\n", key, YamlText(*value));
    }
  }
  AppendList("requires_dist", package.requires_dist, &text);
  if (!package.requires_python.empty()) {
    text += "  requires_python: " + YamlText(package.requires_python) + "\n";
  }
  return text + (package.is_editable ? "  editable: true\n" : "");
}

// Of one environment; collects the packages.
std::string PixiPlatform(const LockedPlatform& platform, const std::string& name,
                         std::map<std::string, std::string>* packages) {
  std::string text;
  for (const PackageRecord& record : platform.packages) {
    text += "      - conda: " + YamlScalar(UrlToKeep(record.url)) + "\n";
    packages->emplace("conda " + UrlToKeep(record.url), PixiPackage(record));
  }
  for (const LockedPypi& package : platform.pypi) {
    text += "      - pypi: " + YamlScalar(package.url) + "\n";
    packages->emplace("pypi " + package.url, PixiPypi(package));
  }
  return absl::StrFormat("      %s:%s\n", name, text.empty() ? " []" : "") + text;
}

// Only version 7 has names of their own for platforms.
std::string PixiName(const LockedPlatform& platform, int version) {
  return version < kPixiWithPlatforms || platform.pixi_name.empty() ? platform.platform
                                                                    : platform.pixi_name;
}

std::string PixiPlatforms(const LockFile& lock) {
  std::string text = "platforms:\n";
  std::set<std::string> seen;
  for (const LockedPlatform& platform : lock.platforms) {
    if (!seen.insert(PixiName(platform, lock.pixi_version)).second) {
      continue;
    }
    text += "- name: " + YamlScalar(PixiName(platform, lock.pixi_version)) + "\n";
    if (!platform.pixi_name.empty()) {
      text += "  subdir: " + platform.platform + "\n";
    }
    AppendList("virtual-packages", platform.virtual_packages, &text);
  }
  return text;
}

// A name is one of the well-known server's: pixi reads URLs only.
std::string ChannelUrl(const std::string& channel) {
  return (UrlScheme(channel).empty() && !channel.starts_with("/")
              ? "https://conda.anaconda.org/" + channel
              : channel) +
         "/";
}

std::string PixiText(const LockFile& lock) {
  std::string text = absl::StrFormat("version: %d\n", lock.pixi_version);
  if (lock.pixi_version >= kPixiWithPlatforms) {
    text += PixiPlatforms(lock);
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
        text += "    - url: " + ChannelText(ChannelUrl(channel)) + "\n";
      }
      text += "    packages:\n";
    }
    text += PixiPlatform(platform, PixiName(platform, lock.pixi_version), &packages);
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
