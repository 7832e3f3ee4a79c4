#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/config_value.h"

namespace satchel {

// Where to look for configuration.
struct ConfigPlaces {
  // The value of an environment variable; none if it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::string prefix;          // The environment to work on; empty: $CONDA_PREFIX.
  bool without_files = false;  // --no-rc
};

// The existing files in conda's search path, in the order in which they are read: those of the
// system (/etc/conda, /var/lib/conda), of the base environment, of the user
// ($XDG_CONFIG_HOME/conda, ~/.config/conda, ~/.conda, ~/.condarc), of the prefix, and $CONDARC.
// Each of these is .condarc, then condarc, then condarc.d/*.yml and *.yaml by name, then .mambarc.
std::vector<std::string> CondarcFiles(const ConfigPlaces& places);

// The settings of one .condarc and what is odd in it.
struct CondarcContent {
  std::vector<ConfigSetting> settings;  // In the order of the file; each key once.
  std::vector<std::string> warnings;    // Unknown keys, "<path>:<line>: ...".
};
// Errors: kInvalidArgument "<path>:<line>: ..." for a text that is not YAML, not a map or has a
// wrong type.
[[nodiscard]] absl::StatusOr<CondarcContent> ParseCondarc(const std::string& text,
                                                          const std::string& path);

// All sources, merged as in conda. From weakest to strongest: the defaults, the files, CONDA_<KEY>,
// MAMBA_<KEY>, SATCHEL_<KEY>, the command line. Lists are concatenated, that of the strongest
// source first; each key of a map comes from the strongest source that has it; for all other kinds,
// only the strongest source counts. ConfigFlag describes `#!final`, `#!top` and `#!bottom`.
class Configuration final {
 public:
  // Only defaults.
  Configuration() = default;

  // Reads files and variables. Errors: those of ParseCondarc, of reading, and of a variable's
  // value.
  [[nodiscard]] static absl::StatusOr<Configuration> Load(const ConfigPlaces& places);

  // Sets a value from the command line, stronger than all others. Requires: the key exists.
  [[nodiscard]] absl::Status SetFromCommandLine(std::string_view key, std::string_view text);
  void Add(ConfigSetting setting) { settings_.push_back(std::move(setting)); }

  // The values. Each requires a key of that kind.
  bool Bool(std::string_view key) const;
  std::int64_t Integer(std::string_view key) const;
  double Number(std::string_view key) const;
  std::string Text(std::string_view key) const;               // For any kind except lists and maps.
  std::vector<std::string> List(std::string_view key) const;  // Or a list of maps.
  std::map<std::string, std::vector<std::string>> Map(std::string_view key) const;
  ConfigValue Value(const ConfigKey& key) const;

  // Whether any source sets it.
  bool IsSet(std::string_view key) const;
  // All settings, from the weakest source to the strongest.
  const std::vector<ConfigSetting>& settings() const { return settings_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  absl::Status ReadVariables(const ConfigPlaces& places, const std::string& prefix);

  std::vector<ConfigSetting> settings_;
  std::vector<std::string> warnings_;
};

// The platform to solve for: `subdir` in the configuration, else this machine's. Errors: those of
// CheckPlatform.
[[nodiscard]] absl::StatusOr<std::string> PlatformOf(const Configuration& configuration);

}  // namespace satchel
