// The environments themselves: env list, compare, doctor.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/config/channel_names.h"
#include "frontend/config/platform.h"
#include "frontend/environment/doctor.h"
#include "frontend/environment/registry.h"
#include "frontend/export/package_url.h"
#include "frontend/files.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/prefix.h"
#include "frontend/request/request_file.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record_match.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/environment_list.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/describe.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

absl::Status PrintJson(const Json& json) {
  return Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

bool IsFrozen(const std::string& prefix) {
  std::error_code error;
  return std::filesystem::exists(prefix + "/conda-meta/frozen", error);
}

// When the directory changed, as Python's isoformat() writes it; null if it cannot be told.
Json LastModified(const std::string& prefix) {
  struct stat status = {};
  std::tm time = {};
  if (stat(prefix.c_str(), &status) != 0 || gmtime_r(&status.st_mtim.tv_sec, &time) == nullptr) {
    return nullptr;
  }
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00", time.tm_year + 1900,
                         time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec,
                         status.st_mtim.tv_nsec / 1000);
}

// What the files below take, each once however many hard links it has there.
std::uint64_t DiskSpace(const std::string& prefix) {
  constexpr std::uint64_t kBlockBytes = 512;
  std::uint64_t bytes = 0;
  std::set<std::pair<dev_t, ino_t>> seen;
  const auto entries = EntriesBelow(prefix);
  if (!entries.ok()) {
    return 0;  // Not the user's to read.
  }
  for (const auto& entry : *entries) {
    struct stat status = {};
    if (lstat(entry.path().c_str(), &status) == 0 &&
        seen.emplace(status.st_dev, status.st_ino).second) {
      bytes += static_cast<std::uint64_t>(status.st_blocks) * kBlockBytes;
    }
  }
  return bytes;
}

// As conda's list: the root prefix is one of them, though it may have no package.
std::vector<std::string> Listed(const EnvironmentPaths& paths) {
  std::vector<std::string> prefixes = ListEnvironments(paths, &LookUpEnvironment);
  if (IsDirectory(paths.root_prefix) && std::ranges::count(prefixes, paths.root_prefix) == 0) {
    prefixes.insert(prefixes.begin(), paths.root_prefix);
  }
  return prefixes;
}

// What a package of the file and one of the environment have to do with each other; "" if it fits.
std::string Mismatch(const MatchSpec& spec, const std::vector<InstalledPackage>& installed) {
  for (const InstalledPackage& package : installed) {
    const PackageRecord& record = package.record;
    if (record.name != spec.name()) {
      continue;
    }
    return MatchesRecord(spec, record)
               ? ""
               : absl::StrFormat(
                     "%s found but mismatch. Specification pkg: %s, Running pkg: "
                     "%s==%s=%s",
                     record.name, spec.ToString(), record.name, record.version, record.build);
  }
  return spec.name() + " not found";
}

// "app: 1.0 0 in work, 2.0 0 in other" for each package that is not the same in both.
std::vector<std::string> Differences(const EnvironmentDescription& left,
                                     const EnvironmentDescription& right) {
  const auto name_of = [](const EnvironmentDescription& environment) {
    return environment.name.empty() ? environment.prefix : environment.name;
  };
  // By name, "VERSION BUILD" in either.
  std::map<std::string, std::pair<std::string, std::string>> versions;
  const auto add = [&versions](const EnvironmentDescription& environment, auto side) {
    for (const InstalledPackage& package : environment.packages) {
      versions[package.record.name].*side = package.record.version + " " + package.record.build;
    }
    for (const PipPackage& package : environment.pip) {
      versions[package.name].*side = package.version + " (pip)";
    }
  };
  using Pair = std::pair<std::string, std::string>;
  add(left, &Pair::first);
  add(right, &Pair::second);
  std::vector<std::string> lines;
  for (const auto& [name, both] : versions) {
    if (both.first.empty() || both.second.empty()) {
      const bool is_left = both.second.empty();
      lines.push_back(absl::StrFormat("%s: %s only in %s", name, is_left ? both.first : both.second,
                                      name_of(is_left ? left : right)));
    } else if (both.first != both.second) {
      lines.push_back(absl::StrFormat("%s: %s in %s, %s in %s", name, both.first, name_of(left),
                                      both.second, name_of(right)));
    }
  }
  return lines;
}

// compare's word may be a file, or a URL that has been brought; else it is another environment.
bool IsFileWord(const std::string& word) {
  std::error_code error;
  const std::string ending = std::filesystem::path(word).extension().string();
  return std::filesystem::is_regular_file(word, error) || (!ending.empty() && !IsDirectory(word));
}

absl::StatusOr<std::vector<std::string>> CompareWithFile(const Arguments& arguments,
                                                         const std::string& prefix) {
  ASSIGN_OR_RETURN(const Prefix environment, ReadPrefix(prefix));
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments, prefix));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(arguments.positional[0], platform));
  std::vector<SpecText> wanted = file.specs;
  for (const ExplicitPackage& package : file.packages) {
    wanted.push_back({package.name + "==" + package.version + "=" + package.build, package.where});
  }
  std::vector<std::string> differences;
  for (const SpecText& text : wanted) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text.text);
    if (!spec.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s", text.where, std::string(spec.status().message())));
    }
    if (std::string difference = Mismatch(*spec, environment.installed); !difference.empty()) {
      differences.push_back(std::move(difference));
    }
  }
  return differences;
}

absl::StatusOr<std::vector<std::string>> CompareWithEnvironment(const std::string& prefix,
                                                                const std::string& word) {
  Arguments choice;
  (word.find('/') != std::string::npos || word == "." ? choice.prefix : choice.name) = word;
  ASSIGN_OR_RETURN(const std::string other, ExistingPrefix(choice));
  ASSIGN_OR_RETURN(const EnvironmentDescription left, Describe(prefix));
  ASSIGN_OR_RETURN(const EnvironmentDescription right, Describe(other));
  return Differences(left, right);
}

}  // namespace

std::string EnvironmentListText(bool with_sizes) {
  const EnvironmentPaths paths = UserEnvironments();
  const std::string active = ActivePrefix(&LookUpEnvironment);
  std::string text = "# conda environments:\n#\n# * -> active\n# + -> frozen\n#\n";
  for (const std::string& prefix : Listed(paths)) {
    const std::string size =
        with_sizes ? absl::StrFormat("%10.1f MB  ", static_cast<double>(DiskSpace(prefix)) / 1e6)
                   : std::string();
    text +=
        absl::StrFormat("%-23s%s%s %s%s\n", EnvironmentName(paths, prefix),
                        prefix == active ? "*" : " ", IsFrozen(prefix) ? "+" : " ", size, prefix);
  }
  return text + "\n";
}

Json EnvironmentListJson(bool with_sizes) {
  const EnvironmentPaths paths = UserEnvironments();
  const std::string active = ActivePrefix(&LookUpEnvironment);
  Json list = Json::array();
  Json details = Json::object();
  for (const std::string& prefix : Listed(paths)) {
    list.push_back(prefix);
    details[prefix] = {{"active", prefix == active},
                       {"base", prefix == paths.root_prefix},
                       {"created", nullptr},  // Linux does not tell conda either.
                       {"frozen", IsFrozen(prefix)},
                       {"last_modified", LastModified(prefix)},
                       {"name", EnvironmentName(paths, prefix)},
                       {"writable", access((prefix + "/conda-meta").c_str(), W_OK) == 0}};
    if (with_sizes) {
      details[prefix]["size"] = DiskSpace(prefix);
    }
  }
  return {{"envs", list}, {"envs_details", details}};
}

absl::StatusOr<EnvironmentDescription> Describe(const std::string& prefix) {
  RETURN_IF_ERROR(SettleEnvironment(prefix));
  ASSIGN_OR_RETURN(
      EnvironmentDescription environment,
      DescribeEnvironment(prefix, EnvironmentName(UserEnvironments(), prefix), NativePlatform()));
  const absl::StatusOr<Configuration> configuration = LoadSettings({}, prefix);
  const ChannelNames names(configuration.ok() ? *configuration : Configuration());
  for (InstalledPackage& package : environment.packages) {
    if (!package.record.subdir.empty() && package.record.subdir != "noarch") {
      environment.platform = package.record.subdir;
    }
    // The record has the URL; with what name it was given, the configuration knows.
    if (HasScheme(package.record.channel)) {
      package.record.channel = names.NameOfUrl(package.record.channel);
    }
  }
  return environment;
}

absl::StatusOr<ExitCode> RunEnvList(const Arguments& arguments) {
  RETURN_IF_ERROR(arguments.json ? PrintJson(EnvironmentListJson(arguments.sizes))
                                 : Print(EnvironmentListText(arguments.sizes)));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCompare(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError(
        "compare to what? give one file, as environment.yml, or another environment");
  }
  const std::string& word = arguments.positional[0];
  const bool is_file = IsFileWord(word);
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  RETURN_IF_ERROR(SettleEnvironment(prefix));
  ASSIGN_OR_RETURN(std::vector<std::string> lines, is_file ? CompareWithFile(arguments, prefix)
                                                           : CompareWithEnvironment(prefix, word));
  const bool same = lines.empty();
  if (same) {
    lines.emplace_back(is_file ? "Success. All the packages in the specification file are present "
                                 "in the environment with matching version and build string."
                               : "Both environments have the same packages.");
  }
  RETURN_IF_ERROR(arguments.json ? PrintJson(lines) : Print(absl::StrJoin(lines, "\n") + "\n"));
  return same ? kExitOk : kExitUnsatisfiable;
}

// Installs what has missing or altered files again, as it is.
static absl::StatusOr<ExitCode> Repair(const Arguments& arguments,
                                       const EnvironmentHealth& health) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const Prefix environment, ReadPrefix(prefix));
  Arguments install = arguments;
  install.force_reinstall = true;
  for (const PackageHealth& damaged : health.packages) {
    for (const InstalledPackage& package : environment.installed) {
      const PackageRecord& record = package.record;
      if (CondaMetaName(record) == damaged.name + ".json") {
        install.positional.push_back(record.name + "==" + record.version + "=" + record.build);
        install.channels.push_back(BaseUrl(record));  // Where it came from.
      }
    }
  }
  return RunInstall(install);
}

absl::StatusOr<ExitCode> RunDoctor(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  RETURN_IF_ERROR(SettleEnvironment(prefix));
  ASSIGN_OR_RETURN(const EnvironmentHealth health, CheckEnvironment(prefix));
  std::string text;
  Json packages = Json::object();
  for (const PackageHealth& package : health.packages) {
    packages[package.name] = {{"altered", package.altered}, {"missing", package.missing}};
    text += package.name + "\n";
    for (const std::string& path : package.missing) {
      text += "  missing  " + path + "\n";
    }
    for (const std::string& path : package.altered) {
      text += "  altered  " + path + "\n";
    }
  }
  for (const std::string& problem : health.problems) {
    text += problem + "\n";
  }
  if (arguments.fix && !health.packages.empty()) {
    return Repair(arguments, health);
  }
  const bool healthy = health.packages.empty() && health.problems.empty();
  text += absl::StrFormat(
      "%s: %d packages with %d files, %s\n", prefix, health.num_packages, health.num_files,
      healthy ? "all as they were installed"
              : absl::StrFormat("%d with missing or altered files", health.packages.size()));
  const Json json = {{"files", health.num_files},   {"num_packages", health.num_packages},
                     {"packages", packages},        {"prefix", prefix},
                     {"problems", health.problems}, {"success", healthy}};
  RETURN_IF_ERROR(arguments.json ? PrintJson(json) : Print(text));
  return healthy ? kExitOk : kExitUnsatisfiable;
}

}  // namespace satchel
