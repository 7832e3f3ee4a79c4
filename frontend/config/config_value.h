#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "frontend/config/config_keys.h"
#include "frontend/yaml_node.h"

namespace satchel {

// The value of a key; its kind determines which member holds it.
struct ConfigValue {
  std::string text;               // Also for numbers and booleans: "true", "false".
  std::vector<std::string> list;  // kList.
  std::map<std::string, std::vector<std::string>> map;  // kMap (one text each), kMapOfLists.

  friend bool operator==(const ConfigValue&, const ConfigValue&) = default;
};

// conda's flags in a comment after a key or an element: `#!final` (ignore files that are read
// later), `#!top` and `#!bottom` (the element's place in the merged list).
enum class ConfigFlag { kNone, kFinal, kTop, kBottom };

// What one source says about one key.
struct ConfigSetting {
  const ConfigKey* key = nullptr;
  std::string source;  // A path, "CONDA_CHANNELS", "command line".
  int line = 0;        // For a file; else 0.
  ConfigValue value;
  ConfigFlag flag = ConfigFlag::kNone;          // kFinal or kNone.
  std::vector<ConfigFlag> element_flags;        // For value.list; may be shorter.
  std::map<std::string, ConfigFlag> map_flags;  // For value.map: kFinal.
};

// Checks that `node` has the key's kind and reads it. Errors: kInvalidArgument "<source>:<line>:
// 'offline' must be true or false, not 'maybe'".
[[nodiscard]] absl::StatusOr<ConfigValue> ReadConfigValue(const ConfigKey& key,
                                                          const YamlNode& node,
                                                          const std::string& source);

// The same for the text of a variable or a command line; "a,b" is a list, "a=b,c=d" a map.
[[nodiscard]] absl::StatusOr<ConfigValue> ParseConfigValue(const ConfigKey& key,
                                                           std::string_view text,
                                                           const std::string& source);

// The value as YAML, below or after "key:": " true\n" or "\n  - a\n  - b\n".
std::string ConfigValueYaml(const ConfigKey& key, const ConfigValue& value);

}  // namespace satchel
