// The values of the configuration as conda shows them, also of the keys that satchel does not use,
// or for which nothing stands here.

#include "tools/cli/channels/conda_values.h"

#include "frontend/config/channel_names.h"
#include "frontend/fetch/url.h"
#include "tools/cli/channels/config_list.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct CondaValue {
  std::string_view key;
  std::string_view json;
};

// conda 26.7's, as it prints them.
constexpr CondaValue kValues[] = {
    {"allow_conda_downgrades", "false"},
    {"allow_cycles", "true"},
    {"allow_non_channel_urls", "false"},
    {"always_yes", "null"},
    {"anaconda_upload", "null"},
    {"auto_activate", "true"},
    {"auto_update_conda", "true"},
    {"bld_path", "\"\""},
    {"client_ssl_cert", "null"},
    {"client_ssl_cert_key", "null"},
    {"clobber", "false"},
    {"conda_build", "{}"},
    {"console", "\"classic\""},
    {"croot", "\"\""},
    {"debug", "false"},
    {"default_activation_env", "\"base\""},
    {"default_python", "null"},
    {"default_threads", "null"},
    {"deps_modifier", "\"not_set\""},
    {"dev", "false"},
    {"download_only", "false"},
    {"dry_run", "false"},
    {"enable_private_envs", "false"},
    {"environment_specifier", "null"},
    {"envvars_force_uppercase", "true"},
    {"error_upload_url", "\"\""},
    {"execute_threads", "1"},
    {"experimental", "[]"},
    {"export_platforms", "[]"},
    {"extra_safety_checks", "false"},
    {"force", "false"},
    {"force_32bit", "false"},
    {"force_reinstall", "false"},
    {"force_remove", "false"},
    {"ignore_pinned", "false"},
    {"json", "false"},
    {"list_fields", "[\"name\", \"version\", \"build\", \"channel_name\"]"},
    {"migrated_channel_aliases", "[]"},
    {"migrated_custom_channels", "{}"},
    {"no_lock", "false"},
    {"no_plugins", "false"},
    {"non_admin_enabled", "true"},
    {"notify_outdated_conda", "true"},
    {"number_channel_notices", "5"},
    {"override_channels_enabled", "true"},
    {"override_virtual_packages", "{}"},
    {"path_conflict", "\"clobber\""},
    {"prefix_data_interoperability", "false"},
    {"preview", "[]"},
    {"protect_frozen_envs", "true"},
    {"quiet", "false"},
    {"register_envs", "true"},
    {"repodata_fns", "[\"current_repodata.json\", \"repodata.json\"]"},
    {"repodata_threads", "null"},
    {"report_errors", "null"},
    {"rollback_enabled", "true"},
    {"root_prefix", "null"},
    {"safety_checks", "\"warn\""},
    {"sat_solver", "\"cryptominisat\""},
    {"separate_format_cache", "false"},
    {"shortcuts", "true"},
    {"shortcuts_only", "[]"},
    {"show_channel_urls", "null"},
    {"signing_metadata_url_base", "null"},
    {"solver", "\"satchel\""},
    {"solver_ignore_timestamps", "false"},
    {"subdirs", "[]"},
    {"target_prefix_override", "\"\""},
    {"trace", "false"},
    {"track_features", "[]"},
    {"unsatisfiable_hints", "true"},
    {"unsatisfiable_hints_check_depth", "2"},
    {"update_modifier", "\"update_specs\""},
    {"use_index_cache", "false"},
    {"use_local", "false"},
    {"use_only_tar_bz2", "null"},
    {"verbosity", "0"},
    {"verify_threads", "1"},
};

// A channel as conda shows it in JSON: {"scheme": "https", "location": "conda.anaconda.org", ...}.
OrderedJson ChannelJson(const std::string& url, const OrderedJson& name) {
  const std::string scheme(UrlScheme(url));
  return {{"auth", nullptr},     {"location", scheme.empty() ? url : url.substr(scheme.size() + 3)},
          {"name", name},        {"package_filename", nullptr},
          {"platform", nullptr}, {"scheme", scheme.empty() ? OrderedJson() : OrderedJson(scheme)},
          {"token", nullptr}};
}

OrderedJson ChannelListJson(const std::vector<std::string>& channels,
                            const Configuration& configuration) {
  const ChannelNames names(configuration);
  OrderedJson json = OrderedJson::array();
  for (const std::string& typed : channels) {
    const auto resolved = names.Resolve(typed);
    if (!resolved.ok()) {
      continue;
    }
    for (const ConfiguredChannel& channel : *resolved) {
      const std::string& url = channel.urls[0];
      const bool is_below = url.ends_with("/" + channel.name);
      json.push_back(ChannelJson(
          is_below ? url.substr(0, url.size() - channel.name.size() - 1) : url, channel.name));
    }
  }
  return json;
}

}  // namespace

OrderedJson CondaValueJson(const ConfigKey& key, const ConfigValue& value,
                           const Configuration& configuration) {
  if (key.name == "channel_alias") {
    return ChannelJson(value.text, "");
  }
  if (key.name == "default_channels") {
    return ChannelListJson(value.list, configuration);
  }
  if (key.name == "custom_multichannels") {
    OrderedJson json = {
        {"defaults", ChannelListJson(configuration.List("default_channels"), configuration)},
        {"local", OrderedJson::array()}};
    for (const auto& [name, channels] : value.map) {
      json[name] = ChannelListJson(channels, configuration);
    }
    return json;
  }
  if (key.name == "custom_channels") {
    OrderedJson json = OrderedJson::object();
    for (const auto& [name, urls] : value.map) {
      json[name] = ChannelJson(urls.empty() ? "" : urls[0], name);
    }
    return json;
  }
  return ToJson(key, value);
}

void AddCondaValues(const std::string& root_prefix, const std::string& platform,
                    nlohmann::ordered_json* json) {
  for (const CondaValue& value : kValues) {
    nlohmann::ordered_json& shown = (*json)[std::string(value.key)];
    if (shown.is_null() || shown == "") {
      shown = nlohmann::ordered_json::parse(value.json);
    }
  }
  (*json)["root_prefix"] = root_prefix;
  (*json)["subdirs"] = {platform, "noarch"};
  (*json)["export_platforms"] = {platform};
}

}  // namespace satchel
