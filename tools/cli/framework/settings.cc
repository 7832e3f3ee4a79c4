#include "tools/cli/framework/settings.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"

#include "base/status_macros.h"
#include "frontend/config/platform.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/network_config.h"
#include "frontend/fetch/source_options.h"
#include "frontend/files.h"
#include "frontend/request/request_file.h"
#include "repodata/spec/channel_name.h"
#include "tools/cli/channels/watched_channels.h"
#include "tools/cli/framework/help.h"

namespace satchel {
namespace {

constexpr char kForEver[] = "1000000000";  // Seconds.

// As written. What is wrong with a file is for its reader to say.
std::vector<std::string> UrlsOfRequest(const Arguments& arguments, const std::string& platform) {
  std::vector<std::string> urls = arguments.channels;
  urls.push_back(arguments.channel_alias);
  for (const std::string& path : arguments.files) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
      continue;  // A pipe is read but once.
    }
    const absl::StatusOr<RequestFile> file = ReadRequestFile(path, platform, PartsOf(arguments));
    if (!file.ok()) {
      continue;
    }
    urls.insert(urls.end(), file->channels.begin(), file->channels.end());
    for (const ExplicitPackage& package : file->packages) {
      urls.push_back(package.url_as_written);
    }
  }
  return urls;
}

// micromamba's --no-env: no variable sets a key. Where things are, variables still say.
std::optional<std::string> LookUpPlaces(const std::string& name) {
  const std::size_t prefix = name.find('_') + 1;
  const bool is_of_a_program =
      name.starts_with("CONDA_") || name.starts_with("MAMBA_") || name.starts_with("SATCHEL_");
  const std::string key = absl::AsciiStrToLower(name.substr(prefix));
  const bool sets_key = is_of_a_program && key != "root_prefix" && FindConfigKey(key) != nullptr;
  return sets_key ? std::nullopt : LookUpEnvironment(name);
}

}  // namespace

FileParts PartsOf(const RequestArguments& arguments) {
  FileParts parts;
  parts.environment = arguments.file_environment;
  parts.categories = arguments.categories;
  parts.comment_selectors = arguments.reads_as_conda_lock;
  parts.all_categories = arguments.reads_as_conda_lock && arguments.categories.empty();
  return parts;
}

ConfigPlaces SettingsPlaces(const ChannelArguments& arguments, const std::string& prefix) {
  ConfigPlaces places;
  places.variable = arguments.no_env ? &LookUpPlaces : &LookUpEnvironment;
  places.prefix = prefix;
  places.without_files = arguments.no_rc;
  return places;
}

absl::StatusOr<Configuration> LoadSettings(const ChannelArguments& arguments,
                                           const std::string& prefix) {
  ASSIGN_OR_RETURN(Configuration configuration,
                   Configuration::Load(SettingsPlaces(arguments, prefix)));
  struct Flag {
    std::string_view key;
    const std::string& text;
  };
  const std::string offline = arguments.offline ? "true" : "";
  const std::string verify = arguments.insecure ? "false" : arguments.ssl_verify;
  const std::string priority = arguments.strict_channel_priority ? "strict"
                               : arguments.no_channel_priority   ? "disabled"
                                                                 : arguments.channel_priority;
  const std::string ttl = arguments.use_index_cache ? kForEver : arguments.repodata_ttl;
  const std::string relations = arguments.no_channel_relations ? "0" : "";
  const Flag flags[] = {{"channel_priority", priority},
                        {"local_repodata_ttl", ttl},
                        {"subdir", arguments.platform},
                        {"exclude_newer", arguments.exclude_newer},
                        {"offline", offline},
                        {"ssl_verify", verify},
                        {"channel_relations_max_depth", relations}};
  for (const Flag& flag : flags) {
    if (!flag.text.empty()) {
      RETURN_IF_ERROR(configuration.SetFromCommandLine(flag.key, flag.text));
    }
  }
  if (!arguments.channels.empty()) {
    ConfigSetting setting;  // Not by its text: a path may hold a comma.
    setting.key = FindConfigKey("channels");
    setting.source = "command line";
    setting.value.list = arguments.channels;
    configuration.Add(std::move(setting));
  }
  return configuration;
}

std::vector<std::string> ChannelsOf(const ChannelArguments& arguments,
                                    const Configuration& configuration,
                                    const std::vector<std::string>& of_files, bool nodefaults) {
  std::vector<std::string> typed = arguments.channels;
  if (arguments.override_channels) {
    return typed;
  }
  const auto add = [&typed](const std::vector<std::string>& channels) {
    for (const std::string& channel : channels) {
      if (channel != "nodefaults" && std::ranges::count(typed, channel) == 0) {
        typed.push_back(channel);
      }
    }
  };
  add(of_files);
  if (!nodefaults) {
    add(configuration.List("channels"));
  }
  return typed;
}

std::string LocalAlias(const ChannelArguments& arguments) {
  const std::string& alias = arguments.channel_alias;
  return HasScheme(alias) && FileUrlToPath(alias).empty() ? "" : alias;
}

std::string UserAgent() {
  return "satchel/" + ProgramVersion() + " (" + NativePlatform() + ")";
}

absl::StatusOr<NetworkOptions> NetworkSettings(const Arguments& arguments,
                                               const Configuration& configuration) {
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  ASSIGN_OR_RETURN(NetworkOptions options, MakeNetworkOptions(configuration, &LookUpEnvironment,
                                                              UrlsOfRequest(arguments, platform)));
  options.user_agent = UserAgent();
  return options;
}

absl::StatusOr<std::unique_ptr<ChannelSource>> OpenChannels(const Arguments& arguments,
                                                            const Configuration& configuration,
                                                            LocalChannelSource local) {
  ASSIGN_OR_RETURN(NetworkOptions network, NetworkSettings(arguments, configuration));
  ChannelNames names(configuration, LocalAlias(arguments).empty() ? arguments.channel_alias : "");
  return std::make_unique<WatchedChannels>(!arguments.quiet && !arguments.json, std::move(local),
                                           std::move(names), std::move(network),
                                           SourceOptionsOf(configuration));
}

}  // namespace satchel
