#include "frontend/export/environment_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/export/package_url.h"
#include "frontend/export/yaml_text.h"
#include "frontend/fetch/url.h"
#include "frontend/link/change/environment_change.h"
#include "frontend/lock/lock_file.h"
#include "frontend/request/prefix.h"
#include "frontend/yaml_node.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

std::vector<std::string> Specs(const EnvironmentDescription& environment,
                               const EnvironmentTextOptions& options) {
  std::vector<std::string> specs;
  for (const InstalledPackage& package : environment.packages) {
    const PackageRecord& record = package.record;
    if (options.from_history) {
      if (package.requested.has_value()) {
        specs.push_back(WithoutCredentialsIn(package.requested->ToString()));
      }
    } else {
      const std::string place =
          options.places ? record.channel + "/" + record.subdir + "::" : std::string();
      specs.push_back(place + record.name + "=" + record.version +
                      (options.builds ? "=" + record.build : "") +
                      (options.md5 && !record.md5.empty() ? "[md5=" + record.md5 + "]" : ""));
    }
  }
  return specs;
}

std::vector<std::string> Channels(const EnvironmentDescription& environment,
                                  const EnvironmentTextOptions& options) {
  std::vector<std::string> channels =
      options.channels.empty() ? ChannelsOf(environment) : options.channels;
  for (std::string& channel : channels) {
    channel = UrlScheme(channel).empty() ? channel : StripCredentials(channel);
  }
  return channels;
}

std::vector<std::string> PipSpecs(const EnvironmentDescription& environment) {
  std::vector<std::string> specs;
  for (const PipPackage& package : environment.pip) {
    specs.push_back(package.name + "==" + package.version);
  }
  return specs;
}

absl::Status CheckUrl(const PackageRecord& record) {
  if (!record.url.empty()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s: its conda-meta does not say where it came from; it cannot be exported with its URL",
      DistName(record)));
}

}  // namespace

absl::StatusOr<EnvironmentDescription> DescribeEnvironment(const std::string& prefix,
                                                           const std::string& name,
                                                           const std::string& platform) {
  ASSIGN_OR_RETURN(Prefix read, ReadPrefix(prefix));
  EnvironmentDescription environment;
  environment.name = name;
  environment.prefix = read.path;
  environment.platform = platform;
  environment.packages = std::move(read.installed);
  environment.pip = PipPackages(prefix, environment.packages);
  ASSIGN_OR_RETURN(environment.variables, UserVariables(prefix));
  return environment;
}

std::vector<std::string> ChannelsOf(const EnvironmentDescription& environment) {
  std::vector<std::string> channels;
  for (const InstalledPackage& package : environment.packages) {
    std::string channel = package.record.channel;
    if (channel.starts_with("pkgs/")) {
      channel = "defaults";  // A channel of several.
    }
    if (!channel.empty() && std::ranges::count(channels, channel) == 0) {
      channels.push_back(std::move(channel));
    }
  }
  std::ranges::sort(channels);
  return channels;
}

std::string EnvironmentYaml(const EnvironmentDescription& environment,
                            const EnvironmentTextOptions& options) {
  std::string text;
  if (!environment.name.empty()) {
    text += "name: " + YamlScalar(environment.name) + "\n";
  }
  if (!options.no_channels) {
    text += "channels:\n";
    const std::vector<std::string> channels = Channels(environment, options);
    for (const std::string& channel : channels) {
      text += "  - " + YamlScalar(channel) + "\n";
    }
  }
  text += "dependencies:\n";
  for (const std::string& spec : Specs(environment, options)) {
    text += "  - " + YamlScalar(spec) + "\n";
  }
  if (!environment.pip.empty() && !options.from_history) {
    text += "  - pip:\n";
    for (const std::string& spec : PipSpecs(environment)) {
      text += "      - " + YamlScalar(spec) + "\n";
    }
  }
  text += environment.variables.empty() ? "" : "variables:\n";
  for (const auto& [name, value] : environment.variables) {
    text += "  " + name + ": " + YamlText(value) + "\n";
  }
  return text + "prefix: " + YamlScalar(environment.prefix) + "\n";
}

std::string EnvironmentJson(const EnvironmentDescription& environment,
                            const EnvironmentTextOptions& options) {
  Json dependencies = Specs(environment, options);
  if (!environment.pip.empty() && !options.from_history) {
    dependencies.push_back({{"pip", PipSpecs(environment)}});
  }
  std::vector<std::string> channels = Channels(environment, options);
  Json json = {{"dependencies", dependencies},
               {"name", environment.name.empty() ? Json() : Json(environment.name)},
               {"prefix", environment.prefix}};
  if (!options.no_channels) {
    json["channels"] = channels;
  }
  if (!environment.variables.empty()) {
    json["variables"] = environment.variables;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<std::string> ExplicitText(const std::string& platform,
                                         std::vector<PackageRecord> records, ExplicitHash hash) {
  std::string text =
      "# This file may be used to create an environment using:\n"
      "# $ satchel create --name <env> --file <this file>\n"
      "# platform: " +
      platform + "\n@EXPLICIT\n";
  SortByDependencies(&records);
  for (const PackageRecord& record : records) {
    RETURN_IF_ERROR(CheckUrl(record));
    text += UrlToKeep(record.url);
    if (hash == ExplicitHash::kSha256 && !record.sha256.empty()) {
      text += "#sha256:" + record.sha256;
    } else if (hash != ExplicitHash::kNone && !record.md5.empty()) {
      text += "#" + record.md5;
    }
    text += "\n";
  }
  return text;
}

absl::StatusOr<std::string> ExplicitText(const EnvironmentDescription& environment,
                                         ExplicitHash hash) {
  std::vector<PackageRecord> records;
  for (const InstalledPackage& package : environment.packages) {
    records.push_back(package.record);
  }
  return ExplicitText(environment.platform, std::move(records), hash);
}

absl::StatusOr<std::string> CondaLockText(const EnvironmentDescription& environment) {
  LockFile lock;
  LockedPlatform& platform = lock.platforms.emplace_back();
  for (const std::string& channel : ChannelsOf(environment)) {
    platform.channels.push_back(WithoutCredentialsIn(channel));
  }
  platform.platform = environment.platform;
  std::string urls;
  for (const InstalledPackage& package : environment.packages) {
    RETURN_IF_ERROR(CheckUrl(package.record));
    platform.packages.push_back(package.record);
    urls += UrlToKeep(package.record.url) + "\n";
  }
  platform.content_hash = Sha256Hex(urls);
  return LockText(lock, LockFormat::kCondaLock);
}

}  // namespace satchel
