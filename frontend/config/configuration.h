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

// Where configuration is looked for.
struct ConfigPlaces {
  // The value of an environment variable; none if it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::string prefix;          // The environment that is worked on; empty: $CONDA_PREFIX.
  bool without_files = false;  // --no-rc
};

// The files of conda's search path that exist, in the order in which they are read: those of the
// system (/etc/conda, /var/lib/conda), of the base environment, of the user
// ($XDG_CONFIG_HOME/conda,
// ~/.config/conda, ~/.conda, ~/.condarc), of the prefix, and $CONDARC. Each is .condarc, then
// condarc, then condarc.d/*.yml and *.yaml by name.
std::vector<std::string> CondarcFiles(const ConfigPlaces& places);

// The settings of one .condarc and what is odd in it.
struct CondarcContent {
  std::vector<ConfigSetting> settings;  // In the order of the file; each key once.
  std::vector<std::string> warnings;    // Unknown keys, "<path>:<line>: ...".
};
// Errors: kInvalidArgument "<path>:<line>: ..." for what is no YAML, no map or of a wrong type.
[[nodiscard]] absl::StatusOr<CondarcContent> ParseCondarc(const std::string& text,
                                                          const std::string& path);

// What all sources say together, as conda merges them. From the weakest: the defaults, the files,
// CONDA_<KEY>, SATCHEL_<KEY>, the command line. Lists are put one after the other, that of the
// strongest source first; of maps each key comes from the strongest that has it; of the rest the
// strongest source alone counts. `#!final`, `#!top`, `#!bottom` as ConfigFlag says.
class Configuration final {
 public:
  // Only defaults.
  Configuration() = default;

  // Reads files and variables. Errors: those of ParseCondarc, of reading, and of the value of a
  // variable.
  [[nodiscard]] static absl::StatusOr<Configuration> Load(const ConfigPlaces& places);

  // The command line's word; stronger than all before. Requires that the key exists.
  [[nodiscard]] absl::Status SetFromCommandLine(std::string_view key, std::string_view text);
  void Add(ConfigSetting setting) { settings_.push_back(std::move(setting)); }

  // The values. Each requires a key of that kind.
  bool Bool(std::string_view key) const;
  std::int64_t Integer(std::string_view key) const;
  double Number(std::string_view key) const;
  std::string Text(std::string_view key) const;  // Of any kind but lists and maps.
  std::vector<std::string> List(std::string_view key) const;
  std::map<std::string, std::vector<std::string>> Map(std::string_view key) const;
  ConfigValue Value(const ConfigKey& key) const;

  // Whether any source sets it.
  bool IsSet(std::string_view key) const;
  // All that is set, from the weakest source to the strongest.
  const std::vector<ConfigSetting>& settings() const { return settings_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  absl::Status ReadVariables(const ConfigPlaces& places, const std::string& prefix);

  std::vector<ConfigSetting> settings_;
  std::vector<std::string> warnings_;
};

// The platform to solve for: `subdir` of the configuration, else this machine's.
// Errors: those of CheckPlatform.
[[nodiscard]] absl::StatusOr<std::string> PlatformOf(const Configuration& configuration);

}  // namespace satchel
