// satchel config: what the configuration says, where from, and changes to its files.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/home_directory.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/config/condarc_edit.h"
#include "frontend/config/platform.h"
#include "frontend/config/root_prefix.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "tools/cli/channels/conda_values.h"
#include "tools/cli/channels/config_list.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string Dump(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

// Those named, or all that satchel uses.
absl::StatusOr<std::vector<const ConfigKey*>> KeysOf(const std::vector<std::string>& names) {
  std::vector<const ConfigKey*> keys;
  std::vector<std::string_view> known;
  for (const ConfigKey& key : ConfigKeys()) {
    known.push_back(key.name);
    if (names.empty() && !key.help.empty()) {
      keys.push_back(&key);
    }
  }
  for (const std::string& name : names) {
    const ConfigKey* const key = FindConfigKey(name);
    if (key == nullptr) {
      const std::string nearest(Nearest(name, known));
      return absl::InvalidArgumentError(
          absl::StrFormat("unknown key '%s'%s", name,
                          nearest.empty() ? "" : absl::StrFormat("; did you mean '%s'?", nearest)));
    }
    keys.push_back(key);
  }
  return keys;
}

// What is in force: with the directories and the platform that hold where no file says any.
absl::StatusOr<ConfigValue> ValueInForce(const ConfigKey& key, const Configuration& configuration) {
  ConfigValue value = configuration.Value(key);
  if (key.name == "envs_dirs") {
    value.list = UserEnvironments().envs_dirs;
  } else if (key.name == "pkgs_dirs") {
    value.list = UserPackageCache(configuration).directories();
  } else if (key.name == "subdir") {
    ASSIGN_OR_RETURN(value.text, PlatformOf(configuration));
  }
  return value;
}

absl::Status Show(const Arguments& arguments, const Configuration& configuration) {
  ASSIGN_OR_RETURN(const std::vector<const ConfigKey*> keys, KeysOf(arguments.positional));
  std::string text;
  OrderedJson json = OrderedJson::object();
  for (const ConfigKey* key : keys) {
    ASSIGN_OR_RETURN(ConfigValue value, ValueInForce(*key, configuration));
    value = Shown(std::move(value));
    text += KeyYaml(*key, value);
    json[std::string(key->name)] = CondaValueJson(*key, value, configuration);
  }
  if (arguments.positional.empty()) {
    ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
    for (const ConfigSetting& setting : configuration.settings()) {
      const ConfigValue value = Shown(configuration.Value(*setting.key));
      json.emplace(std::string(setting.key->name), ToJson(*setting.key, value));
    }
    AddCondaValues(RootPrefix(&LookUpEnvironment), platform, &json);
    if (!configuration.IsSet("always_yes")) {
      json["always_yes"] = nullptr;
    }
  }
  return Print(arguments.json ? Dump(json) : text);
}

absl::Status ShowSources(const OutputArguments& arguments, const Configuration& configuration) {
  std::string text;
  OrderedJson json = {{"cmd_line", {{"json", true}}}};
  std::string last;
  for (const ConfigSetting& setting : configuration.settings()) {
    if (setting.source != last) {
      text += (last.empty() ? "==> " : "\n==> ") + setting.source + " <==\n";
      last = setting.source;
    }
    const ConfigValue value = Shown(setting.value);
    text += KeyYaml(*setting.key, value);
    // conda's names for what is no file.
    const std::string place = setting.source == "command line" ? "cmd_line"
                              : setting.line == 0              ? "envvars"
                                                               : setting.source;
    json[place][std::string(setting.key->name)] = ToJson(*setting.key, value);
  }
  return Print(arguments.json ? Dump(json) : text);
}

// Each key with its default, as comments of a .condarc.
absl::StatusOr<std::string> DescriptionText(const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const std::vector<const ConfigKey*> keys, KeysOf(names));
  std::string text;
  for (const ConfigKey* key : keys) {
    text += absl::StrFormat(
        "# %s\n", key->help.empty() ? std::string("of another program") : std::string(key->help));
    const ConfigValue value = Configuration().Value(*key);
    text += "# " + std::string(key->name) + ":";
    std::string yaml = ConfigValueYaml(*key, value);
    yaml.pop_back();
    for (std::size_t at = 0; (at = yaml.find('\n', at)) != std::string::npos; at += 3) {
      yaml.replace(at, 1, "\n# ");
    }
    text += yaml + "\n\n";
  }
  return text;
}

// As conda prints it: the options that would write the file.
absl::Status Get(const Arguments& arguments, const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<const ConfigKey*> keys, KeysOf(arguments.positional));
  const absl::StatusOr<std::string> file = ReadFile(path);
  ASSIGN_OR_RETURN(const CondarcContent content, ParseCondarc(file.value_or(""), path));
  std::string text;
  OrderedJson json = OrderedJson::object();
  for (const ConfigSetting& setting : content.settings) {
    if (!arguments.positional.empty() && std::ranges::count(keys, setting.key) == 0) {
      continue;
    }
    const std::string name(setting.key->name);
    const ConfigValue value = Shown(setting.value);
    json[name] = ToJson(*setting.key, value);
    const std::vector<std::string>& list = value.list;
    for (std::size_t i = list.size(); i-- > 0;) {
      const char* const rank = list.size() == 1       ? ""
                               : i == 0               ? "   # highest priority"
                               : i + 1 == list.size() ? "   # lowest priority"
                                                      : "";
      text += absl::StrFormat("--add %s '%s'%s\n", name, list[i], rank);
    }
    for (const auto& [entry, texts] : value.map) {
      for (const std::string& each : texts) {
        const bool is_lists = setting.key->kind == ConfigKind::kMapOfLists;
        text += absl::StrFormat("--%s %s.%s %s\n", is_lists ? "append" : "set", name, entry, each);
      }
    }
    if (!value.text.empty()) {
      text += absl::StrFormat("--set %s %s\n", name, value.text);
    }
  }
  return Print(arguments.json ? Dump({{"get", json},
                                      {"rc_path", path},
                                      {"success", true},
                                      {"warnings", OrderedJson::array()}})
                              : text);
}

// The file that --get reads and the others change.
absl::StatusOr<std::string> FileOf(const Arguments& arguments) {
  if (!arguments.rc_file.empty()) {
    return AbsolutePath(ExpandHome(arguments.rc_file));
  }
  if (!arguments.name.empty()) {
    ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
    return prefix + "/.condarc";
  }
  if (!arguments.prefix.empty()) {
    return AbsolutePath(ExpandHome(arguments.prefix)) + "/.condarc";
  }
  if (arguments.env) {
    const std::string prefix = LookUpEnvironment("CONDA_PREFIX").value_or("");
    return prefix.empty() ? absl::StatusOr<std::string>(absl::InvalidArgumentError(
                                "--env: no environment is active; name one with --prefix"))
                          : prefix + "/.condarc";
  }
  if (arguments.system) {
    const std::string root = RootPrefix(&LookUpEnvironment);
    return IsDirectory(root) ? root + "/.condarc" : std::string("/etc/conda/.condarc");
  }
  const std::string home = HomeDirectory();
  return home.empty() ? absl::StatusOr<std::string>(absl::InvalidArgumentError(
                            "no home directory for the user's .condarc; name a file with --file"))
                      : home + "/.condarc";
}

std::vector<CondarcEdit> EditsOf(const ConfigArguments& arguments) {
  using Kind = CondarcEdit::Kind;
  std::vector<CondarcEdit> edits;
  const auto add = [&edits](Kind kind, const std::vector<std::string>& words) {
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      edits.push_back({kind, words[i], words[i + 1]});
    }
  };
  for (const std::string& key : arguments.remove_keys) {
    edits.push_back({Kind::kRemoveKey, key, ""});
  }
  add(Kind::kRemove, arguments.remove_values);
  add(Kind::kSet, arguments.set_values);
  add(Kind::kPrepend, arguments.prepend_values);
  add(Kind::kAppend, arguments.append_values);
  return edits;
}

// A list replaces what the file had, element by element.
void AddEdits(const ConfigSetting& setting, std::vector<CondarcEdit>* edits) {
  using Kind = CondarcEdit::Kind;
  const std::string name(setting.key->name);
  const ConfigValue& value = setting.value;
  if (!value.list.empty()) {
    edits->push_back({Kind::kRemoveKey, name, ""});
  }
  for (const std::string& element : value.list) {
    edits->push_back({Kind::kAppend, name, element});
  }
  const bool is_of_lists = setting.key->kind == ConfigKind::kMapOfLists;
  for (const auto& [entry, texts] : value.map) {
    for (const std::string& text : texts) {
      edits->push_back({is_of_lists ? Kind::kAppend : Kind::kSet, name + "." + entry, text});
    }
  }
  if (!value.text.empty()) {
    edits->push_back({Kind::kSet, name, value.text});
  }
}

// --stdin: the keys of a YAML text. A key that the file has not need not be removed from it.
absl::StatusOr<std::vector<CondarcEdit>> EditsOfInput(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile("/dev/stdin"));
  ASSIGN_OR_RETURN(const CondarcContent content, ParseCondarc(text, "standard input"));
  const absl::StatusOr<std::string> old = ReadFile(file);
  ASSIGN_OR_RETURN(const CondarcContent before, ParseCondarc(old.value_or(""), file));
  std::vector<CondarcEdit> edits;
  for (const ConfigSetting& setting : content.settings) {
    AddEdits(setting, &edits);
  }
  std::erase_if(edits, [&before](const CondarcEdit& edit) {
    return edit.kind == CondarcEdit::Kind::kRemoveKey &&
           std::ranges::none_of(before.settings, [&edit](const ConfigSetting& setting) {
             return setting.key->name == edit.key;
           });
  });
  return edits;
}

// --write-default: what --describe says, where there is no file yet.
absl::Status WriteDefault(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string path, FileOf(arguments));
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return absl::AlreadyExistsError(path + " exists; it is left as it is");
  }
  ASSIGN_OR_RETURN(const std::string text, DescriptionText({}));
  RETURN_IF_ERROR(EditFile(path, text));
  return arguments.json ? Print(Dump({{"rc_path", path}, {"success", true}})) : absl::OkStatus();
}

// --clear: a list without elements is as good as none.
absl::Status AddClearings(const Arguments& arguments, std::vector<CondarcEdit>* edits) {
  ASSIGN_OR_RETURN(const std::string path, FileOf(arguments));
  const absl::StatusOr<std::string> text = ReadFile(path);
  ASSIGN_OR_RETURN(const CondarcContent content, ParseCondarc(text.value_or(""), path));
  for (const std::string& name : arguments.clear_keys) {
    ASSIGN_OR_RETURN(const std::vector<const ConfigKey*> keys, KeysOf({name}));
    if (keys[0]->kind != ConfigKind::kList) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--clear: '%s' is not a list; use --remove-key", name));
    }
    if (std::ranges::count(content.settings, keys[0], &ConfigSetting::key) > 0) {
      edits->push_back({CondarcEdit::Kind::kRemoveKey, name, ""});
    }
  }
  return absl::OkStatus();
}

absl::Status ChangeFile(const Arguments& arguments, const std::vector<CondarcEdit>& edits) {
  ASSIGN_OR_RETURN(const std::string path, FileOf(arguments));
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok() && !absl::IsNotFound(text.status())) {
    return text.status();
  }
  std::string edited = text.value_or("");
  for (const CondarcEdit& edit : edits) {
    ASSIGN_OR_RETURN(edited, EditCondarc(edited, path, edit));
  }
  ASSIGN_OR_RETURN(const CondarcContent content, ParseCondarc(edited, path));
  const bool holds_secrets = std::ranges::any_of(
      content.settings,
      [](const ConfigSetting& setting) { return !(Shown(setting.value) == setting.value); });
  RETURN_IF_ERROR(EditFile(path, edited, /*private_if_new=*/holds_secrets));
  return arguments.json ? Print(Dump({{"rc_path", path}, {"success", true}})) : absl::OkStatus();
}

// They are right as they stand, for other programs that read the same files.
void WarnOfUnused(const Configuration& configuration) {
  for (const ConfigSetting& setting : configuration.settings()) {
    if (setting.key->help.empty()) {
      PrintWarning(absl::StrFormat("%s: satchel does not use '%s'", setting.source,
                                   std::string(setting.key->name)));
    }
  }
}

}  // namespace

absl::StatusOr<ExitCode> RunConfig(const Arguments& arguments) {
  std::vector<CondarcEdit> edits = EditsOf(arguments);
  if (!arguments.clear_keys.empty()) {
    RETURN_IF_ERROR(AddClearings(arguments, &edits));
    if (edits.empty()) {
      return kExitOk;  // There is nothing to clear.
    }
  }
  if (arguments.from_stdin) {
    ASSIGN_OR_RETURN(const std::string path, FileOf(arguments));
    ASSIGN_OR_RETURN(std::vector<CondarcEdit> typed, EditsOfInput(path));
    std::ranges::move(typed, std::back_inserter(edits));
    if (edits.empty()) {
      return absl::InvalidArgumentError("--stdin: standard input has no key");
    }
  }
  if (arguments.write_default) {
    RETURN_IF_ERROR(WriteDefault(arguments));
    return kExitOk;
  }
  if (arguments.list_files) {
    RETURN_IF_ERROR(Print(ConfigFilesText(arguments)));
    return kExitOk;
  }
  const int asked = (arguments.show ? 1 : 0) + (arguments.list_settings ? 1 : 0) +
                    (arguments.show_sources ? 1 : 0) + (arguments.get ? 1 : 0) +
                    (arguments.validate ? 1 : 0) + (arguments.describe ? 1 : 0) +
                    (edits.empty() ? 0 : 1);
  if (asked != 1) {
    return absl::InvalidArgumentError(
        "one of --show, --show-sources, --list, --files, --get, --describe, --validate, or "
        "changes: --set, "
        "--append, --prepend, --remove, --clear, --remove-key");
  }
  if (!edits.empty()) {
    RETURN_IF_ERROR(ChangeFile(arguments, edits));
    return kExitOk;
  }
  if (arguments.list_settings) {
    const bool is_of_file = !arguments.rc_file.empty() || arguments.env || arguments.system;
    ASSIGN_OR_RETURN(const std::string path,
                     is_of_file ? FileOf(arguments) : absl::StatusOr<std::string>(std::string()));
    RETURN_IF_ERROR(ListSettings(arguments, path));
    return kExitOk;
  }
  if (arguments.get) {
    ASSIGN_OR_RETURN(const std::string path, FileOf(arguments));
    RETURN_IF_ERROR(Get(arguments, path));
    return kExitOk;
  }
  if (arguments.describe) {
    ASSIGN_OR_RETURN(const std::string text, DescriptionText(arguments.positional));
    RETURN_IF_ERROR(Print(text));
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments, arguments.prefix));
  std::ranges::for_each(configuration.warnings(), PrintWarning);
  if (arguments.validate) {
    WarnOfUnused(configuration);
    return kExitOk;
  }
  RETURN_IF_ERROR(arguments.show ? Show(arguments, configuration)
                                 : ShowSources(arguments, configuration));
  return kExitOk;
}

}  // namespace satchel
