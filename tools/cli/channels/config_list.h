#pragma once

#include <string>

#include "absl/status/status.h"

#include "frontend/config/config_value.h"
#include "tools/cli/framework/arguments.h"

#include <nlohmann/json_fwd.hpp>

namespace satchel {

// A value without the passwords and tokens of its URLs.
ConfigValue Shown(ConfigValue value);

nlohmann::ordered_json ToJson(const ConfigKey& key, const ConfigValue& value);
// "channels:\n  - a\n".
std::string KeyYaml(const ConfigKey& key, const ConfigValue& value);

// `config --list`, micromamba's `config list` and `config get`: the keys that something sets, with
// their values; with a path only what that file sets.
[[nodiscard]] absl::Status ListSettings(const Arguments& arguments, const std::string& path);

// `config --files`: the files that are read, the strongest first.
std::string ConfigFilesText(const Arguments& arguments);

}  // namespace satchel
