#include "frontend/config/configuration.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/platform.h"
#include "frontend/files.h"

namespace satchel {
namespace {

using Settings = std::vector<const ConfigSetting*>;  // Of one key, weakest first.

std::string ToUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
  }
  return upper;
}

// Those before and with the first that is final.
Settings UpToFinal(Settings settings) {
  const auto final = std::ranges::find_if(
      settings, [](const ConfigSetting* setting) { return setting->flag == ConfigFlag::kFinal; });
  if (final != settings.end()) {
    settings.erase(final + 1, settings.end());
  }
  return settings;
}

void AddNew(const std::string& text, std::vector<std::string>* list) {
  if (std::ranges::count(*list, text) == 0) {
    list->push_back(text);
  }
}

// First what is marked as top, then all, from the strongest source to the weakest, then what is
// marked as bottom; the weakest source has the very first and the very last word.
std::vector<std::string> MergeLists(const Settings& settings) {
  const auto marked = [](const ConfigSetting& setting, ConfigFlag flag) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < setting.value.list.size(); ++i) {
      if (i < setting.element_flags.size() && setting.element_flags[i] == flag) {
        texts.push_back(setting.value.list[i]);
      }
    }
    return texts;
  };
  std::vector<std::string> bottom;  // The last one first.
  for (const ConfigSetting* setting : settings) {
    std::vector<std::string> texts = marked(*setting, ConfigFlag::kBottom);
    std::ranges::reverse(texts);
    for (const std::string& text : texts) {
      AddNew(text, &bottom);
    }
  }
  std::vector<std::string> merged;
  const auto add = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (std::ranges::count(bottom, text) == 0) {
        AddNew(text, &merged);
      }
    }
  };
  for (const ConfigSetting* setting : settings) {
    add(marked(*setting, ConfigFlag::kTop));
  }
  for (auto setting = settings.rbegin(); setting != settings.rend(); ++setting) {
    add((*setting)->value.list);
  }
  merged.insert(merged.end(), bottom.rbegin(), bottom.rend());
  return merged;
}

std::map<std::string, std::vector<std::string>> MergeMaps(const Settings& settings) {
  std::map<std::string, std::vector<std::string>> merged;
  std::map<std::string, bool> is_final;
  for (const ConfigSetting* setting : settings) {
    for (const auto& [name, texts] : setting->value.map) {
      if (is_final[name]) {
        continue;
      }
      std::vector<std::string> joined = texts;
      if (setting->key->kind == ConfigKind::kMapOfLists) {
        for (const std::string& weaker : merged[name]) {
          AddNew(weaker, &joined);
        }
      }
      merged[name] = std::move(joined);
      const auto flag = setting->map_flags.find(name);
      is_final[name] = flag != setting->map_flags.end() && flag->second == ConfigFlag::kFinal;
    }
  }
  return merged;
}

const ConfigKey& KeyOf(std::string_view name) {
  const ConfigKey* const key = FindConfigKey(name);
  SATCHEL_CHECK(key != nullptr);
  return *key;
}

}  // namespace

absl::StatusOr<Configuration> Configuration::Load(const ConfigPlaces& places) {
  Configuration configuration;
  for (const std::string& path : CondarcFiles(places)) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(CondarcContent content, ParseCondarc(text, path));
    std::ranges::move(content.settings, std::back_inserter(configuration.settings_));
    std::ranges::move(content.warnings, std::back_inserter(configuration.warnings_));
  }
  RETURN_IF_ERROR(configuration.ReadVariables(places, "CONDA_"));
  RETURN_IF_ERROR(configuration.ReadVariables(places, "MAMBA_"));
  RETURN_IF_ERROR(configuration.ReadVariables(places, "SATCHEL_"));
  return configuration;
}

absl::Status Configuration::ReadVariables(const ConfigPlaces& places, const std::string& prefix) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.help.empty()) {
      continue;  // Another program's.
    }
    std::vector<std::string_view> names = Split(key.aliases, ',');
    names.insert(names.begin(), key.name);
    for (const std::string_view name : names) {
      const std::string variable = prefix + ToUpper(name);
      const std::optional<std::string> text = places.variable(variable);
      if (name.empty() || !text.has_value() || StripSpace(*text).empty()) {
        continue;
      }
      ConfigSetting setting;
      setting.key = &key;
      setting.source = variable;
      ASSIGN_OR_RETURN(setting.value, ParseConfigValue(key, *text, variable));
      settings_.push_back(std::move(setting));
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status Configuration::SetFromCommandLine(std::string_view key, std::string_view text) {
  ConfigSetting setting;
  setting.key = &KeyOf(key);
  setting.source = "command line";
  ASSIGN_OR_RETURN(setting.value, ParseConfigValue(*setting.key, text, "command line"));
  settings_.push_back(std::move(setting));
  return absl::OkStatus();
}

bool Configuration::IsSet(std::string_view key) const {
  return std::ranges::any_of(
      settings_, [&](const ConfigSetting& setting) { return setting.key == &KeyOf(key); });
}

ConfigValue Configuration::Value(const ConfigKey& key) const {
  Settings settings;
  for (const ConfigSetting& setting : settings_) {
    if (setting.key == &key) {
      settings.push_back(&setting);
    }
  }
  // The defaults of a map stay beside what is set.
  if (settings.empty() || key.kind == ConfigKind::kMap) {
    ConfigSetting fallback;
    fallback.key = &key;
    if (!key.default_value.empty()) {
      absl::StatusOr<ConfigValue> value = ParseConfigValue(key, key.default_value, "default");
      SATCHEL_CHECK(value.ok());
      fallback.value = *std::move(value);
    }
    settings.insert(settings.begin(), &fallback);
    settings = UpToFinal(std::move(settings));
    return {settings.back()->value.text, MergeLists(settings), MergeMaps(settings)};
  }
  settings = UpToFinal(std::move(settings));
  return {settings.back()->value.text, MergeLists(settings), MergeMaps(settings)};
}

bool Configuration::Bool(std::string_view key) const {
  SATCHEL_CHECK(KeyOf(key).kind == ConfigKind::kBool);
  return Text(key) == "true";
}

std::int64_t Configuration::Integer(std::string_view key) const {
  return std::atoll(Text(key).c_str());
}

double Configuration::Number(std::string_view key) const {
  return std::atof(Text(key).c_str());
}

std::string Configuration::Text(std::string_view key) const {
  return Value(KeyOf(key)).text;
}

std::vector<std::string> Configuration::List(std::string_view key) const {
  SATCHEL_CHECK(KeyOf(key).kind == ConfigKind::kList || KeyOf(key).kind == ConfigKind::kListOfMaps);
  return Value(KeyOf(key)).list;
}

std::map<std::string, std::vector<std::string>> Configuration::Map(std::string_view key) const {
  return Value(KeyOf(key)).map;
}

absl::StatusOr<std::string> PlatformOf(const Configuration& configuration) {
  std::string platform = configuration.Text("subdir");
  if (platform.empty()) {
    return NativePlatform();
  }
  RETURN_IF_ERROR(CheckPlatform(platform));
  return platform;
}

}  // namespace satchel
