#include "frontend/config/config_keys.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace satchel {
namespace {

using enum ConfigKind;

}  // namespace

// NOLINTNEXTLINE(readability-function-size): it is one table.
const std::vector<ConfigKey>& ConfigKeys() {
  static const std::vector<ConfigKey> keys = {
      {"add_anaconda_token", "add_binstar_token", kBool, "true", "",
       "send the tokens that anaconda-client stores"},
      {"add_pip_as_python_dependency", "", kBool, "false", "", "add pip to every plan with python"},
      {"aggressive_update_packages", "", kList, "ca-certificates,certifi,openssl", "",
       "packages that every change updates"},
      {"allow_conda_downgrades", "", kBool},
      {"allow_cycles", "", kBool},
      {"allow_downgrade", "", kBool},
      {"allow_non_channel_urls", "", kBool},
      {"allow_softlinks", "", kBool, "false", "",
       "link symbolically where hard links are impossible"},
      {"allow_uninstall", "", kBool},
      {"allowlist_channels", "whitelist_channels", kList, "", "",
       "if set, only these channels are allowed", ',', true},
      {"always_copy", "copy", kBool, "false", "", "copy files instead of linking them"},
      {"always_softlink", "softlink", kBool, "false", "", "link files symbolically"},
      {"always_yes", "yes", kBool, "false", "", "do not ask"},
      {"anaconda_upload", "", kText},
      {"auto_activate", "", kBool},
      {"auto_activate_base", "", kBool},
      {"auto_stack", "", kInteger, "0", "", "activate stacks up to this level"},
      {"auto_update_conda", "", kBool},
      {"bld_path", "", kText},
      {"changeps1", "", kBool, "true", "", "show the active environment before the prompt"},
      {"channel_alias", "", kText, "https://conda.anaconda.org", "",
       "where channels given by name are", ',', true},
      {"channel_priority", "", kText, "flexible", "strict|flexible|disabled",
       "how the order of the channels counts"},
      {"channel_relations_max_depth", "", kInteger, "10", "",
       "over how many steps channels that channels name are used; 0: none"},
      {"channel_settings", "", kListOfMaps, "", "",
       "maps with a channel and its exclude_newer (false: none)"},
      {"channels", "channel", kList, "", "", "where packages come from, the most preferred first",
       ',', true},
      {"client_ssl_cert", "client_cert", kText, "", "", "PEM file of the client certificate", ',',
       true},
      {"client_ssl_cert_key", "client_cert_key", kText, "", "", "its key, if not in the same file",
       ',', true},
      {"clobber", "", kBool},
      {"conda-build", "", kOther},
      {"conda_build", "", kOther},
      {"console", "", kText},
      {"create_default_packages", "", kList, "", "", "packages in every new environment"},
      {"croot", "", kText},
      {"custom_channels", "", kMap,
       "pkgs/main=https://repo.anaconda.com,pkgs/r=https://repo.anaconda.com,pkgs/pro=https://"
       "repo.anaconda.com",
       "", "name: its location, instead of channel_alias", ',', true},
      {"custom_multichannels", "", kMapOfLists, "", "", "name: the channels that it stands for",
       ',', true},
      {"debug", "", kBool},
      {"default_activation_env", "", kText},
      {"default_channels", "", kList,
       "https://repo.anaconda.com/pkgs/main,https://repo.anaconda.com/pkgs/r", "",
       "what the channel 'defaults' stands for", ',', true},
      {"default_python", "", kText},
      {"default_threads", "", kInteger},
      {"denylist_channels", "", kList, "", "", "never used", ',', true},
      {"deps_modifier", "", kText},
      {"dev", "", kBool},
      {"disallowed_packages", "disallow", kList, "", "", "specs that no plan may contain", '&'},
      {"download_only", "", kBool},
      {"download_retries", "", kInteger},
      {"dry_run", "", kBool},
      {"enable_private_envs", "", kBool},
      {"env_prompt", "", kText, "({default_env}) ", "",
       "the text before the prompt; {name}, {prefix} and {default_env} are the environment's"},
      {"env_spec_as_default", "", kBool},
      {"environment_specifier", "", kText},
      {"envs_dirs", "envs_path", kList, "", "", "where environments given by name are", ':', true},
      {"envvars_force_uppercase", "", kList},
      {"error_upload_url", "", kText},
      {"exclude_newer", "cooldown", kText, "", "",
       "nothing built after this date or within this age"},
      {"exclude_newer_package", "cooldown_exclude", kMap, "", "",
       "name: its own exclude_newer (false: none)"},
      {"execute_threads", "extract_threads", kInteger},
      {"experimental", "", kList},
      {"experimental_repodata_parsing", "", kBool},
      {"experimental_sat_error_message", "", kOther},
      {"experimental_solver", "", kText},
      {"export_platforms", "", kList},
      {"extra_platforms", "", kList},
      {"extra_safety_checks", "", kBool},
      {"extract_sparse", "", kBool},
      {"fetch_channels", "", kOther},
      {"fetch_threads", "download_threads", kInteger, "0", "",
       "files to fetch at the same time; 0: the program's choice"},
      {"force", "", kBool},
      {"force_32bit", "", kBool},
      {"force_reinstall", "", kBool},
      {"force_remove", "", kBool},
      {"ignore_pinned", "", kBool},
      {"json", "", kBool},
      {"list_fields", "", kList},
      {"local_repodata_ttl", "", kIntegerOrBool, "1", "",
       "seconds to use repodata without asking the server; 1: as the server says; 0: always ask"},
      {"lock_timeout", "", kInteger},
      {"log_level", "", kText},
      {"log_pattern", "", kText},
      {"logging", "", kOther},
      {"migrated_channel_aliases", "", kList},
      {"migrated_custom_channels", "", kMap},
      {"mirrored_channels", "", kMapOfLists, "", "", "channel: its URLs, tried in this order", ',',
       true},
      {"netrc", "use_netrc", kBool, "true", "", "look for credentials in ~/.netrc"},
      {"no_lock", "", kBool},
      {"no_plugins", "", kBool},
      {"no_rc", "", kBool},
      {"non_admin_enabled", "", kBool},
      {"notify_outdated_conda", "", kBool},
      {"number_channel_notices", "", kOther},
      {"offline", "", kBool, "false", "", "use only what is in the cache"},
      {"override_channels_enabled", "", kBool},
      {"override_virtual_packages", "", kMap},
      {"override_virtual_packages_enabled", "", kBool},
      {"path_conflict", "", kText},
      {"pinned_packages", "", kList, "", "", "specs that packages must match if they are installed",
       '&'},
      {"pip_interop_enabled", "", kBool},
      {"pkgs_dirs", "", kList, "", "", "package caches; new packages go to the first writable one",
       ',', true},
      {"plugins", "", kOther},
      {"protect_frozen_envs", "", kBool},
      {"proxy_servers", "", kMap, "", "", "scheme or scheme://host: URL of the proxy", ',', true},
      {"pyc_compilation_threads", "", kInteger},
      {"quiet", "", kBool},
      {"register_envs", "", kBool},
      {"remote_backoff_factor", "", kNumber, "1", "",
       "seconds before the first retry; doubled for each further retry"},
      {"remote_connect_timeout_secs", "", kNumber, "9.15", "", "seconds to wait for a connection"},
      {"remote_max_retries", "", kInteger, "3", "", "how often to retry after a temporary failure"},
      {"remote_read_timeout_secs", "", kNumber, "60", "", "seconds that a server may be silent"},
      {"repodata_fns", "", kList},
      {"repodata_threads", "", kInteger},
      {"repodata_use_shards", "use_sharded_repodata", kBool, "true", "",
       "fetch only the parts of a channel that are needed (CEP 16)"},
      {"repodata_use_zst", "", kBool, "true", "", "prefer repodata.json.zst"},
      {"report_errors", "", kBool},
      {"reporters", "", kList},
      {"restore_free_channel", "", kBool},
      {"rollback_enabled", "", kBool},
      {"root_prefix", "root_dir", kText},
      {"safety_checks", "", kText},
      {"sat_solver", "", kText},
      {"separate_format_cache", "", kBool},
      {"shortcuts", "", kBool},
      {"show_banner", "", kBool},
      {"show_channel_urls", "", kBool},
      {"signing_metadata_url_base", "", kText},
      {"solver", "", kText},
      {"solver_ignore_timestamps", "", kBool},
      {"spdx", "", kOther},
      {"ssl_verify", "verify_ssl", kTextOrBool, "true", "",
       "check servers' certificates; or the file or directory of those to trust", ',', true},
      {"subdir", "", kText, "", "", "the platform to plan for"},
      {"subdirs", "", kList},
      {"target_prefix_override", "", kText},
      {"trace", "", kText},
      {"track_conda_meta", "", kBool},
      {"track_features", "", kList},
      {"trusted_channels", "", kList},
      {"unsatisfiable_hints", "", kBool},
      {"unsatisfiable_hints_check_depth", "", kInteger},
      {"update_dependencies", "", kBool},
      {"update_modifier", "", kText},
      {"use_index_cache", "", kBool},
      {"use_local", "", kBool},
      {"use_lockfiles", "", kBool},
      {"use_only_tar_bz2", "", kBool},
      {"use_uv", "", kBool},
      {"verbosity", "verbose", kInteger},
      {"verify_artifacts", "", kBool},
      {"verify_threads", "", kInteger},
  };
  return keys;
}

const ConfigKey* FindConfigKey(std::string_view name) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.name == name) {
      return &key;
    }
    if (!key.aliases.empty() && std::ranges::count(Split(key.aliases, ','), name) > 0) {
      return &key;
    }
  }
  return nullptr;
}

bool IsTrueWord(std::string_view word) {
  constexpr std::array<std::string_view, 4> kWords = {"true", "yes", "on", "y"};
  return std::ranges::count(kWords, ToLower(word)) > 0;
}

bool IsFalseWord(std::string_view word) {
  constexpr std::array<std::string_view, 4> kWords = {"false", "no", "off", "n"};
  return std::ranges::count(kWords, ToLower(word)) > 0;
}

}  // namespace satchel
