#pragma once

#include <string>

#include "frontend/config/configuration.h"

#include <nlohmann/json_fwd.hpp>

namespace satchel {

// A value as conda prints it: channels as objects with their location.
nlohmann::ordered_json CondaValueJson(const ConfigKey& key, const ConfigValue& value,
                                      const Configuration& configuration);

// Adds to what `config --show --json` prints the keys that only conda has, with its defaults: other
// programs look for them.
void AddCondaValues(const std::string& root_prefix, const std::string& platform,
                    nlohmann::ordered_json* json);

}  // namespace satchel
