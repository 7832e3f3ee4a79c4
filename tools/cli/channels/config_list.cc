// What is configured: by which file or variable, and the values as they are shown.

#include "tools/cli/channels/config_list.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_join.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/configuration.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"

#include <nlohmann/json.hpp>

namespace satchel {
using OrderedJson = nlohmann::ordered_json;

namespace {

// Without the passwords and tokens of its URLs. A proxy may lack a scheme: "ann:pw@proxy:8080".
std::string WithoutSecrets(const std::string& text) {
  const std::size_t at = text.find('@');
  const bool is_login =
      at != std::string::npos && text.find(':') < at && text.find("://") == std::string::npos;
  return is_login ? WithoutCredentials(text) : WithoutCredentialsIn(text);
}

}  // namespace

ConfigValue Shown(ConfigValue value) {
  value.text = WithoutSecrets(value.text);
  for (std::string& text : value.list) {
    text = WithoutSecrets(text);
  }
  for (auto& [name, texts] : value.map) {
    for (std::string& text : texts) {
      text = WithoutSecrets(text);
    }
  }
  return value;
}

OrderedJson ToJson(const ConfigKey& key, const ConfigValue& value) {
  switch (key.kind) {
    case ConfigKind::kBool:
      return value.text == "true";
    case ConfigKind::kInteger:
    case ConfigKind::kIntegerOrBool:
      return std::atoll(value.text.c_str());
    case ConfigKind::kNumber: {
      const double number = std::atof(value.text.c_str());
      return number == std::floor(number) ? OrderedJson(static_cast<std::int64_t>(number))
                                          : OrderedJson(number);
    }
    case ConfigKind::kTextOrBool:
      return value.text == "true" || value.text == "false" ? OrderedJson(value.text == "true")
                                                           : OrderedJson(value.text);
    case ConfigKind::kList:
      return value.list;
    case ConfigKind::kListOfMaps: {
      OrderedJson json = OrderedJson::array();
      for (const std::string& map : value.list) {
        json.push_back(OrderedJson::parse(map));
      }
      return json;
    }
    case ConfigKind::kMapOfLists:
      return value.map;
    case ConfigKind::kMap: {
      OrderedJson json = OrderedJson::object();
      for (const auto& [name, texts] : value.map) {
        json[name] = texts.empty() ? "" : texts[0];
      }
      return json;
    }
    default:
      return value.text;
  }
}

std::string KeyYaml(const ConfigKey& key, const ConfigValue& value) {
  return std::string(key.name) + ":" + ConfigValueYaml(key, value);
}

namespace {

// "~/.condarc" for a file below the home directory.
std::string ShortPath(const std::string& path) {
  const std::string home = HomeDirectory();
  return !home.empty() && path.starts_with(home + "/") ? "~" + path.substr(home.size()) : path;
}

// Of those settings of the key that say this, the strongest first: "  # 'CLI' > '~/.condarc'".
template <typename Says>
std::string SourcesRemark(const std::vector<ConfigSetting>& settings, const ConfigKey& key,
                          Says says) {
  std::vector<std::string> names;
  for (auto setting = settings.rbegin(); setting != settings.rend(); ++setting) {
    if (setting->key == &key && says(*setting)) {
      const bool is_typed = setting->source == "command line";
      names.push_back("'" + (is_typed ? "CLI" : ShortPath(setting->source)) + "'");
    }
  }
  return "  # " + absl::StrJoin(names, " > ");
}

// The value as YAML with what sets each line of it.
std::string YamlWithSources(const Configuration& configuration, const ConfigKey& key,
                            const ConfigValue& value) {
  std::string text;
  const std::string yaml = KeyYaml(key, value);
  for (const std::string_view line : Split(yaml, '\n')) {
    const std::string_view element = StripSpace(line);
    if (element.empty()) {
      continue;
    }
    text.append(line);
    const bool is_head = line == element && element.ends_with(":");
    if (!is_head) {
      text += SourcesRemark(configuration.settings(), key, [&](const ConfigSetting& setting) {
        const std::string own = KeyYaml(key, Shown(setting.value));
        return line == element || own.find(element) != std::string::npos;
      });
    }
    text += "\n";
  }
  return text;
}

}  // namespace

absl::Status ListSettings(const Arguments& arguments, const std::string& path) {
  Configuration configuration;
  if (path.empty()) {
    ASSIGN_OR_RETURN(configuration, LoadSettings(arguments, arguments.prefix));
  } else {
    const absl::StatusOr<std::string> file = ReadFile(path);
    ASSIGN_OR_RETURN(const CondarcContent content, ParseCondarc(file.value_or(""), path));
    for (const ConfigSetting& setting : content.settings) {
      configuration.Add(setting);
    }
  }
  std::string text;
  OrderedJson json = OrderedJson::object();
  for (const ConfigKey& key : ConfigKeys()) {
    const bool is_asked = arguments.positional.empty() ||
                          std::ranges::any_of(arguments.positional, [&key](const auto& name) {
                            return FindConfigKey(name) == &key;
                          });
    if (!is_asked || !configuration.IsSet(key.name)) {
      continue;
    }
    const ConfigValue value = Shown(configuration.Value(key));
    text +=
        arguments.with_sources ? YamlWithSources(configuration, key, value) : KeyYaml(key, value);
    json[std::string(key.name)] = ToJson(key, value);
  }
  if (text.empty() && !path.empty() && !arguments.json) {
    text = "Key is not present in file\n";
  }
  return Print(arguments.json
                   ? json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n"
                   : text);
}

std::string ConfigFilesText(const Arguments& arguments) {
  if (arguments.no_rc) {
    return "Configuration files disabled by --no-rc flag\n";
  }
  std::vector<std::string> files = CondarcFiles(SettingsPlaces(arguments, arguments.prefix));
  std::ranges::reverse(files);
  std::string text = "Configuration files (by precedence order):\n";
  for (const std::string& file : files) {
    text += ShortPath(file) + "\n";
  }
  return text;
}

}  // namespace satchel
