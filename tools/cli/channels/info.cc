#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "frontend/config/cache_directory.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/index_directory.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "repodata/io/url.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/environment_list.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/help.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/activation_context.h"
#include "tools/cli/shell/run.h"
#include "tools/cli/solve/prepare.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// What is kept of channels.
struct IndexCacheStatus {
  std::string directory;
  std::size_t num_files = 0;
  std::uint64_t size_bytes = 0;
};

IndexCacheStatus LookAtIndexCache(const Arguments& arguments) {
  IndexCacheStatus status;
  status.directory = IndexDirectoryOf(arguments);
  for (const IndexDirectoryEntry& entry : ListIndexDirectory(status.directory)) {
    ++status.num_files;
    status.size_bytes += entry.size_bytes;
  }
  return status;
}

// All that is shown.
struct Facts {
  std::string active_prefix;  // Empty: no environment is active.
  std::string prefix;         // The one asked about, which need not be there.
  EnvironmentPaths environments;
  std::vector<std::string> config_files;
  std::vector<std::string> channel_urls;  // Of the configuration's channels; without credentials.
  std::vector<std::string> pkgs_dirs;
  std::string platform;
  VirtualPackages packages;
  IndexCacheStatus cache;
  bool offline = false;
};

// Where the subdirs of the channels are; of what stands for none, what is wrong with it.
std::vector<std::string> ChannelUrls(const Arguments& arguments, const Configuration& configuration,
                                     const std::string& platform) {
  std::vector<std::string> urls;
  absl::StatusOr<LocalChannelSource> local = LocalChannelSource::Create("");
  if (!local.ok()) {
    return urls;
  }
  const auto source = OpenChannels(arguments, configuration, *std::move(local));
  for (const std::string& typed : configuration.List("channels")) {
    const absl::StatusOr<std::vector<ChannelLocation>> channels =
        source.ok() ? (*source)->Locate(typed, platform) : source.status();
    if (!channels.ok()) {
      urls.push_back(std::string(channels.status().message()));
      continue;
    }
    for (const ChannelLocation& channel : *channels) {
      for (const SubdirLocation& subdir : channel.subdirs) {
        urls.push_back(WithoutCredentials(JoinUrl(channel.url, subdir.subdir)));
      }
    }
  }
  return urls;
}

// The environment to tell of: that of -n or -p, else the active one, else base.
absl::StatusOr<std::string> PrefixOf(const TargetArguments& arguments, const Facts& facts) {
  if (arguments.name == "base" || arguments.name == "root") {
    return facts.environments.root_prefix;
  }
  if (arguments.name.empty() && arguments.prefix.empty()) {
    return facts.active_prefix.empty() ? facts.environments.root_prefix : facts.active_prefix;
  }
  absl::StatusOr<std::string> existing = ExistingPrefix(arguments);
  if (existing.ok() || !arguments.prefix.empty()) {
    return existing.ok() ? *existing : AbsolutePath(ExpandHome(arguments.prefix));
  }
  return NewPrefix(arguments);
}

absl::StatusOr<Facts> Gather(const Arguments& arguments) {
  Facts facts;
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(facts.platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(facts.packages,
                   ListVirtualPackages(facts.platform, DetectHost(), &LookUpEnvironment));
  facts.active_prefix = LookUpEnvironment("CONDA_PREFIX").value_or("");
  facts.environments = UserEnvironments();
  ASSIGN_OR_RETURN(facts.prefix, PrefixOf(arguments, facts));
  facts.config_files = CondarcFiles(SettingsPlaces(arguments));
  facts.channel_urls = ChannelUrls(arguments, configuration, facts.platform);
  facts.pkgs_dirs = UserPackageCache(configuration).directories();
  facts.cache = LookAtIndexCache(arguments);
  facts.offline = configuration.Bool("offline");
  return facts;
}

constexpr char kLicenses[] =
    "satchel        BSD-3-Clause\n"
    "Abseil         Apache-2.0\n"
    "CLI11          BSD-3-Clause\n"
    "CryptoMiniSat  MIT\n"
    "libarchive     BSD-2-Clause\n"
    "libcurl        curl\n"
    "nettle         LGPL-3.0-or-later OR GPL-2.0-or-later\n"
    "nlohmann/json  MIT\n"
    "PCRE2          BSD-3-Clause\n"
    "simdjson       Apache-2.0\n"
    "yaml-cpp       MIT\n"
    "zstd           BSD-3-Clause\n";

// The conda whose options and JSON satchel speaks: other programs ask for it.
constexpr char kCondaVersion[] = "26.7.0";
constexpr char kAbsent[] = "not installed";

// What conda shows of the variables; no passwords.
nlohmann::json VariablesJson() {
  nlohmann::json json = nlohmann::json::object();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    const std::string upper = absl::AsciiStrToUpper(name);
    const auto has = [&upper](const char* word) { return upper.find(word) != std::string::npos; };
    const bool is_secret = has("TOKEN") || has("PASSW") || has("SECRET") || has("_KEY");
    const bool is_shown = upper.starts_with("CONDA") || upper.starts_with("PYTHON") ||
                          upper.ends_with("PATH") || upper.starts_with("SUDO") ||
                          upper == "CURL_CA_BUNDLE" || upper == "REQUESTS_CA_BUNDLE" ||
                          upper == "SSL_CERT_FILE" || upper == "LD_PRELOAD";
    if (upper.ends_with("PROXY") || (is_shown && is_secret)) {
      json[name] = "<set>";
    } else if (is_shown) {
      json[name] = WithoutCredentialsIn(LookUpEnvironment(name).value_or(""));
    }
  }
  for (const char* const name :
       {"CIO_TEST", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "LD_PRELOAD"}) {
    json.emplace(name, "<not set>");
  }
  return json;
}

nlohmann::json TextOrNull(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

// What conda tells of itself and its Python, as far as satchel has the like.
nlohmann::json CondaJson(const Facts& facts) {
  const std::string& root = facts.environments.root_prefix;
  const std::string& active = facts.active_prefix;
  const std::string user_rc = HomeDirectory() + "/.condarc";
  const std::string netrc = LookUpEnvironment("NETRC").value_or(HomeDirectory() + "/.netrc");
  std::error_code error;
  return {{"GID", getegid()},
          {"UID", geteuid()},
          {"active_prefix", TextOrNull(active)},
          {"active_prefix_name", active.empty()
                                     ? nlohmann::json()
                                     : nlohmann::json(EnvironmentName(facts.environments, active))},
          {"av_data_dir", root + "/etc/conda"},
          {"av_metadata_url_base", nullptr},
          {"conda_build_version", kAbsent},
          {"conda_env_version", kCondaVersion},
          {"conda_location", ProgramPath()},
          {"conda_prefix", root},
          {"conda_shlvl", std::atoi(LookUpEnvironment("CONDA_SHLVL").value_or("-1").c_str())},
          {"conda_version", kCondaVersion},
          {"default_prefix", active.empty() ? root : active},
          {"env_vars", VariablesJson()},
          {"netrc_file", TextOrNull(std::filesystem::exists(netrc, error) ? netrc : "")},
          {"notices_cache_dir", CacheDirectory(&LookUpEnvironment) + "/notices"},
          {"python_version", kAbsent},
          {"rc_path", user_rc},
          {"requests_version", kAbsent},
          {"root_writable", access(root.c_str(), W_OK) == 0},
          {"site_dirs", nlohmann::json::array()},
          {"solver", {{"default", true}, {"name", "satchel"}, {"user_agent", "solver/satchel"}}},
          {"sys.executable", ProgramPath()},
          {"sys.prefix", root},
          {"sys.version", kAbsent},
          {"sys_rc_path", root + "/.condarc"},
          {"tmp_dir", std::filesystem::temp_directory_path(error).string()},
          {"user_rc_path", user_rc}};
}

std::vector<std::string> PackageTexts(const Facts& facts) {
  std::vector<std::string> texts;
  for (const PackageRecord& record : facts.packages.records) {
    texts.push_back(record.name + "=" + record.version + "=" + record.build);
  }
  return texts;
}

// Its name and what it is: "work (active)", "work (not found)".
std::string EnvironmentTitle(const Facts& facts) {
  const std::string name = EnvironmentName(facts.environments, facts.prefix);
  const std::string title = name.empty() ? facts.prefix : name;
  std::error_code error;
  if (IsSameDirectory(facts.prefix, facts.active_prefix).value_or(false)) {
    return title + " (active)";
  }
  if (!std::filesystem::exists(facts.prefix, error)) {
    return title + " (not found)";
  }
  return IsEnvironment(facts.prefix) || facts.prefix == facts.environments.root_prefix
             ? title
             : title + " (not env)";
}

// micromamba's keys, of which conda has none.
nlohmann::json MambaJson(const Facts& facts) {
  return {{"base environment", facts.environments.root_prefix},
          {"curl version", kAbsent},
          {"env location", facts.prefix},
          {"environment", EnvironmentTitle(facts)},
          {"envs directories", facts.environments.envs_dirs},
          {"libarchive version", kAbsent},
          {"libmamba version", kAbsent},
          {"mamba version", kAbsent},
          {"package cache", facts.pkgs_dirs},
          {"populated config files", facts.config_files},
          {"user config files", {HomeDirectory() + "/.mambarc", HomeDirectory() + "/.condarc"}},
          {"virtual packages", PackageTexts(facts)}};
}

// The keys of conda's and of micromamba's, with their types; editors and kernel finders read them.
std::string InfoJson(const Facts& facts) {
  nlohmann::json list = nlohmann::json::array();
  for (const PackageRecord& record : facts.packages.records) {
    list.push_back({record.name, record.version, record.build});
  }
  nlohmann::json json = {{"cache_dir", CacheDirectory(&LookUpEnvironment)},
                         {"channels", facts.channel_urls},
                         {"config_files", facts.config_files},
                         {"envs_dirs", facts.environments.envs_dirs},
                         {"index_cache",
                          {{"directory", facts.cache.directory},
                           {"files", facts.cache.num_files},
                           {"total_size", facts.cache.size_bytes}}},
                         {"native_platform", NativePlatform()},
                         {"notes", facts.packages.notes},
                         {"offline", facts.offline},
                         {"pkgs_dirs", facts.pkgs_dirs},
                         {"platform", facts.platform},
                         {"root_prefix", facts.environments.root_prefix},
                         {"satchel_version", ProgramVersion()},
                         {"user_agent", UserAgent()},
                         {"virtual_pkgs", list}};
  json.update(EnvironmentListJson(/*with_sizes=*/false));
  json.update(CondaJson(facts));
  json.update(MambaJson(facts));
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string InfoText(const Facts& facts) {
  std::string text;
  const auto add = [&text](std::string_view title, const std::vector<std::string>& lines) {
    text += absl::StrFormat(
        "%18s : %s\n", std::string(title),
        lines.empty() ? std::string("none") : absl::StrJoin(lines, "\n" + std::string(21, ' ')));
  };
  std::vector<std::string> active;
  if (!facts.active_prefix.empty()) {
    const std::string name = EnvironmentName(facts.environments, facts.active_prefix);
    active = {name.empty() ? facts.active_prefix : name + " (" + facts.active_prefix + ")"};
  }
  add("version", {ProgramVersion()});
  add("conda version", {std::string(kCondaVersion) + " (whose options and output these are)"});
  add("platform", {facts.platform});
  add("virtual packages", PackageTexts(facts));
  add("active environment", active);
  add("environment", {EnvironmentTitle(facts)});
  add("env location", {facts.prefix});
  add("base environment", {facts.environments.root_prefix});
  add("envs directories", facts.environments.envs_dirs);
  add("package cache", facts.pkgs_dirs);
  add("user config files", {HomeDirectory() + "/.mambarc", HomeDirectory() + "/.condarc"});
  add("populated config files", facts.config_files);
  add("channel URLs", facts.channel_urls);
  add("offline", {facts.offline ? "yes" : "no"});
  add("user agent", {UserAgent()});
  add("cache directory", {CacheDirectory(&LookUpEnvironment)});
  add("index cache", {facts.cache.directory.empty()
                          ? std::string("off")
                          : absl::StrFormat("%d indexes, %.1f MB", facts.cache.num_files,
                                            static_cast<double>(facts.cache.size_bytes) / 1e6)});
  for (const std::string& note : facts.packages.notes) {
    add("note", {note});
  }
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunInfo(const Arguments& arguments) {
  if (arguments.licenses) {
    RETURN_IF_ERROR(Print(kLicenses));
    return kExitOk;
  }
  if (arguments.base) {
    const std::string root = UserEnvironments().root_prefix;
    RETURN_IF_ERROR(
        Print(arguments.json
                  ? nlohmann::json{{"base environment", root}, {"root_prefix", root}}.dump(2) + "\n"
                  : root + "\n"));
    return kExitOk;
  }
  if (arguments.envs) {
    return RunEnvList(arguments);
  }
  ASSIGN_OR_RETURN(const Facts facts, Gather(arguments));
  RETURN_IF_ERROR(Print(arguments.json ? InfoJson(facts) : InfoText(facts)));
  return kExitOk;
}

}  // namespace satchel
