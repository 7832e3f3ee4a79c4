#include "frontend/manifest/pixi_manifest.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/files.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

constexpr char kDefaultName[] = "default";

// The keys of a spec that is a table, and the fields of a MatchSpec that they are.
constexpr std::pair<std::string_view, std::string_view> kSpecFields[] = {
    {"version", "version"}, {"build", "build"},   {"build-number", "build_number"},
    {"channel", "channel"}, {"subdir", "subdir"}, {"md5", "md5"},
    {"sha256", "sha256"},   {"file-name", "fn"},  {"license", "license"},
    {"when", "when"},       {"extras", "extras"}, {"flags", "flags"},
};

std::string Listed(const toml::node& node) {
  std::vector<std::string> texts;
  if (node.is_array()) {
    for (const toml::node& element : *node.as_array()) {
      texts.push_back(element.value_or(std::string()));
    }
  }
  return absl::StrJoin(texts, ",");
}

class PixiReader final {
 public:
  PixiReader(const toml::table& root, const std::string& label, const std::string& platform,
             const FileParts& parts)
      : root_(root), label_(label), platform_(platform), parts_(parts) {}

  absl::StatusOr<RequestFile> Read() {
    ASSIGN_OR_RETURN(workspace_, Workspace());
    RETURN_IF_ERROR(ReadWorkspace());
    RETURN_IF_ERROR(ListEnvironments());
    const std::string environment = parts_.environment.empty() ? kDefaultName : parts_.environment;
    if (std::ranges::count(file_.environments, environment) == 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: it has no environment '%s'%s; there %s %s", label_, environment,
                          DidYouMean(environment), file_.environments.size() == 1 ? "is" : "are",
                          absl::StrJoin(file_.environments, ", ")));
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> features, FeaturesOf(environment));
    for (const std::string& feature : features) {
      RETURN_IF_ERROR(ReadFeature(feature));
    }
    RETURN_IF_ERROR(ReadOwnTables(environment));
    if (std::ranges::count(features, kDefaultName) == 0 && lacks_channels_) {
      // A feature that names no channels has those of the workspace, behind all others.
      const auto of_features = std::exchange(channels_, {});
      RETURN_IF_ERROR(ReadChannels(*workspace_));
      channels_.insert(channels_.begin(), of_features.begin(), of_features.end());
    }
    RETURN_IF_ERROR(Conclude());
    return std::move(file_);
  }

 private:
  std::string DidYouMean(const std::string& name) const {
    const std::string_view near =
        Nearest(name, {file_.environments.begin(), file_.environments.end()});
    return near.empty() ? "" : absl::StrFormat(" (did you mean '%s'?)", near);
  }

  // [workspace], which older files call [project].
  absl::StatusOr<const toml::table*> Workspace() const {
    return TableOf(root_, root_.contains("workspace") ? "workspace" : "project", label_);
  }

  absl::Status ReadWorkspace() {
    file_.name = TextOf(*workspace_, "name");
    file_.exclude_newer = TextOf(*workspace_, "exclude-newer");
    file_.channel_priority = TextOf(*workspace_, "channel-priority");
    ASSIGN_OR_RETURN(file_.platforms, PlatformsOf(*workspace_));
    return absl::OkStatus();
  }

  // Names, or tables with more about a machine.
  absl::StatusOr<std::vector<std::string>> PlatformsOf(const toml::table& table) const {
    const toml::node* const list = table.get("platforms");
    if (list == nullptr || !list->is_array()) {
      return TextsOf(table, "platforms", label_);
    }
    std::vector<std::string> platforms;
    for (const toml::node& element : *list->as_array()) {
      std::string platform = element.value_or(std::string());
      if (const toml::table* const described = element.as_table()) {
        platform = TextOf(*described, "platform");
        platform = platform.empty() ? TextOf(*described, "subdir") : platform;
        platform = platform.empty() ? TextOf(*described, "name") : platform;
      }
      if (platform.empty()) {
        return TomlError(element, label_, "each of 'platforms' must be a text");
      }
      platforms.push_back(std::move(platform));
    }
    return platforms;
  }

  absl::Status ListEnvironments() {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(root_, "environments", label_));
    file_.environments = {kDefaultName};
    for (const auto& [name, node] : FieldsInOrder(*table)) {
      if (name != kDefaultName) {
        file_.environments.push_back(name);
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> FeaturesOf(const std::string& environment) {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(root_, "environments", label_));
    const toml::node* const node = table->get(environment);
    std::vector<std::string> features;
    bool without_default = false;
    if (node != nullptr && node->is_table()) {
      const toml::table& described = *node->as_table();
      ASSIGN_OR_RETURN(features, TextsOf(described, "features", label_));
      without_default = described["no-default-feature"].value_or(false);
      if (described.contains("solve-group")) {
        file_.warnings.push_back(
            absl::StrFormat("%s: 'solve-group' is not followed: '%s' is solved by itself",
                            WhereOf(*described.get("solve-group"), label_), environment));
      }
    } else if (node != nullptr) {
      ASSIGN_OR_RETURN(features, TextsOf(*table, environment, label_));
    }
    if (!without_default) {
      features.insert(features.begin(), kDefaultName);
    }
    return features;
  }

  // An environment may have the tables of a feature itself.
  absl::Status ReadOwnTables(const std::string& environment) {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(root_, "environments", label_));
    const toml::node* const node = table->get(environment);
    return node != nullptr && node->is_table() ? ReadFeatureTable(*node->as_table())
                                               : absl::OkStatus();
  }

  absl::Status ReadFeature(const std::string& feature) {
    if (feature == kDefaultName) {
      return ReadTables(root_, *workspace_);
    }
    ASSIGN_OR_RETURN(const toml::table* const all, TableOf(root_, "feature", label_));
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(*all, feature, label_));
    if (const auto group = parts_.groups.find(feature); group != parts_.groups.end()) {
      file_.pip.insert(file_.pip.end(), group->second.begin(), group->second.end());
    } else if (!all->contains(feature)) {
      return TomlError(*all, label_, absl::StrFormat("there is no feature '%s'", feature));
    }
    lacks_channels_ = lacks_channels_ || !table->contains("channels");
    return ReadFeatureTable(*table);
  }

  absl::Status ReadFeatureTable(const toml::table& feature) {
    const toml::table* const table = &feature;
    ASSIGN_OR_RETURN(const std::vector<std::string> platforms, PlatformsOf(*table));
    if (!platforms.empty()) {
      std::erase_if(file_.platforms, [&platforms](const std::string& platform) {
        return std::ranges::count(platforms, platform) == 0;
      });
    }
    return ReadTables(*table, *table);
  }

  // What a feature has for all platforms, then what it has for ours: the more special one counts.
  absl::Status ReadTables(const toml::table& feature, const toml::table& with_channels) {
    RETURN_IF_ERROR(ReadChannels(with_channels));
    std::vector<const toml::table*> tables = {&feature};
    ASSIGN_OR_RETURN(const toml::table* const targets, TableOf(feature, "target", label_));
    for (const std::string& target : Targets()) {
      ASSIGN_OR_RETURN(const toml::table* const table, TableOf(*targets, target, label_));
      tables.push_back(table);
    }
    std::vector<std::pair<std::string, SpecText>> specs;
    std::vector<std::pair<std::string, std::string>> requirements;
    for (const toml::table* const table : tables) {
      for (const char* key : {"build-dependencies", "host-dependencies", "dependencies"}) {
        RETURN_IF_ERROR(ReadSpecs(*table, key, &specs));
      }
      RETURN_IF_ERROR(ReadPypi(*table, &requirements));
      RETURN_IF_ERROR(ReadMachine(*table));
      RETURN_IF_ERROR(ReadVariables(*table));
    }
    for (auto& [name, spec] : specs) {
      file_.specs.push_back(std::move(spec));
    }
    for (auto& [name, line] : requirements) {
      file_.pip.push_back(std::move(line));
    }
    return absl::OkStatus();
  }

  // From the least special.
  std::vector<std::string> Targets() const {
    const std::string os = platform_.substr(0, platform_.find('-'));
    std::vector<std::string> targets;
    if (os == "linux" || os == "osx") {
      targets.push_back("unix");
    }
    targets.insert(targets.end(), {os, platform_});
    return targets;
  }

  template <typename Value>
  static void Set(const std::string& name, Value value,
                  std::vector<std::pair<std::string, Value>>* values) {
    const auto found = std::ranges::find(*values, name, [](const auto& one) { return one.first; });
    if (found == values->end()) {
      values->emplace_back(name, std::move(value));
    } else {
      found->second = std::move(value);
    }
  }

  absl::Status ReadSpecs(const toml::table& feature, const char* key,
                         std::vector<std::pair<std::string, SpecText>>* specs) const {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(feature, key, label_));
    for (const auto& [name, node] : FieldsInOrder(*table)) {
      ASSIGN_OR_RETURN(std::string text, SpecOf(name, *node));
      Set(name, SpecText{std::move(text), WhereOf(*node, label_)}, specs);
    }
    return absl::OkStatus();
  }

  // NOLINTNEXTLINE(misc-no-recursion): once, for what the workspace has.
  absl::StatusOr<std::string> SpecOf(const std::string& name, const toml::node& node) const {
    if (const auto version = node.value_exact<std::string>(); version.has_value()) {
      return *version == "*" || version->empty() ? name : name + " " + *version;
    }
    if (!node.is_table()) {
      return TomlError(
          node, label_,
          absl::StrFormat("'%s' must be a version such as \">=1.2\", or a table", name));
    }
    if ((*node.as_table())["workspace"].value_or(false)) {  // As the workspace has it.
      ASSIGN_OR_RETURN(const toml::table* const shared,
                       TableOf(*workspace_, "dependencies", label_));
      const toml::node* const its = shared->get(name);
      if (its == nullptr || (its->is_table() && its->as_table()->contains("workspace"))) {
        return TomlError(node, label_,
                         absl::StrFormat("[workspace.dependencies] does not have '%s'", name));
      }
      return SpecOf(name, *its);
    }
    std::vector<std::string> fields;
    for (const auto& [key, value] : FieldsInOrder(*node.as_table())) {
      if (key == "path" || key == "git" || key == "url") {
        return TomlError(*value, label_,
                         absl::StrFormat("'%s' is to be taken from a %s: satchel builds no "
                                         "packages; name one of a channel",
                                         name, key));
      }
      const auto* const known =
          std::ranges::find(kSpecFields, key, [](const auto& field) { return field.first; });
      if (known == std::end(kSpecFields)) {
        return TomlError(*value, label_, absl::StrFormat("'%s' of '%s' is unknown", key, name));
      }
      if (known->second == "extras" || known->second == "flags") {
        fields.push_back(absl::StrFormat("%s=[%s]", known->second, Listed(*value)));
        continue;
      }
      const std::string text = TextOf(*node.as_table(), key);
      if (text.empty() || text.find('"') != std::string::npos) {
        return TomlError(*value, label_, absl::StrFormat("'%s' of '%s' must be a text", key, name));
      }
      if (text != "*") {
        fields.push_back(absl::StrFormat("%s=\"%s\"", known->second, text));
      }
    }
    return fields.empty() ? name : absl::StrFormat("%s[%s]", name, absl::StrJoin(fields, ","));
  }

  absl::Status ReadChannels(const toml::table& table) {
    const toml::node* const list = table.get("channels");
    if (list == nullptr) {
      return absl::OkStatus();
    }
    if (!list->is_array()) {
      return TomlError(*list, label_, "'channels' must be a list");
    }
    // Those of features come before those of the workspace, which is read first.
    std::vector<std::pair<std::int64_t, std::string>> of_this;
    for (const toml::node& element : *list->as_array()) {
      std::string name = element.value_or(std::string());
      std::int64_t priority = 0;
      if (const toml::table* const described = element.as_table()) {
        name = TextOf(*described, "channel");
        priority = (*described)["priority"].value_or(std::int64_t{0});
      }
      if (name.empty()) {
        return TomlError(element, label_, "each of 'channels' must be a name or URL");
      }
      of_this.emplace_back(priority, ExpandPath(name));
    }
    channels_.insert(channels_.begin(), of_this.begin(), of_this.end());
    return absl::OkStatus();
  }

  // A line of a requirements file for each.
  absl::Status ReadPypi(const toml::table& feature,
                        std::vector<std::pair<std::string, std::string>>* requirements) const {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(feature, "pypi-dependencies", label_));
    for (const auto& [name, node] : FieldsInOrder(*table)) {
      Set(name, RequirementOf(name, *node), requirements);
    }
    return absl::OkStatus();
  }

  static std::string Constraint(const std::string& version) {
    if (version.empty() || version == "*") {
      return "";
    }
    return version.find_first_of("<>=!~") == 0 ? version : "==" + version;
  }

  static std::string RequirementOf(const std::string& name, const toml::node& node) {
    if (!node.is_table()) {
      return name + Constraint(node.value_or(std::string()));
    }
    const toml::table& table = *node.as_table();
    std::string line = name;
    if (const toml::node* const extras = table.get("extras")) {
      line += "[" + Listed(*extras) + "]";
    }
    if (const std::string path = TextOf(table, "path"); !path.empty()) {
      return (table["editable"].value_or(false) ? "-e " : "") + path;
    }
    if (const std::string git = TextOf(table, "git"); !git.empty()) {
      line += " @ git+" + git;
      for (const char* key : {"rev", "tag", "branch"}) {
        if (const std::string at = TextOf(table, key); !at.empty()) {
          return line + "@" + at;
        }
      }
      return line;
    }
    const std::string url = TextOf(table, "url");
    return url.empty() ? line + Constraint(TextOf(table, "version")) : line + " @ " + url;
  }

  // [system-requirements]: the machine that the environment is meant for.
  absl::Status ReadMachine(const toml::table& feature) {
    ASSIGN_OR_RETURN(const toml::table* const table,
                     TableOf(feature, "system-requirements", label_));
    const bool is_linux = platform_.starts_with("linux-");
    for (const auto& [key, node] : FieldsInOrder(*table)) {
      const toml::table* const described = node->as_table();
      std::string version = TextOf(*table, key);
      if (described != nullptr) {
        version = TextOf(*described, "version");
      }
      std::string name;
      if (key == "linux") {
        name = is_linux ? "__linux" : "";
      } else if (key == "libc") {
        const std::string family = described == nullptr ? "glibc" : TextOf(*described, "family");
        name = is_linux ? "__" + (family.empty() ? "glibc" : family) : "";
      } else if (key == "macos") {
        name = platform_.starts_with("osx-") ? "__osx" : "";
      } else if (key == "cuda") {
        name = "__cuda";
      } else if (key == "archspec") {
        name = "__archspec";
      } else {
        return TomlError(*node, label_,
                         absl::StrFormat("'%s' of 'system-requirements' is unknown", key));
      }
      if (key != "archspec" && !Version::Parse(version).ok()) {
        return TomlError(*node, label_,
                         absl::StrFormat("'%s' of 'system-requirements' is no version", key));
      }
      if (!name.empty()) {
        Set(name, version, &file_.virtual_packages);
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadVariables(const toml::table& feature) {
    ASSIGN_OR_RETURN(const toml::table* const activation, TableOf(feature, "activation", label_));
    ASSIGN_OR_RETURN(const toml::table* const variables, TableOf(*activation, "env", label_));
    for (const auto& [name, node] : FieldsInOrder(*variables)) {
      Set(name, TextOf(*variables, name), &file_.variables);
    }
    return absl::OkStatus();
  }

  absl::Status Conclude() {
    std::ranges::stable_sort(channels_, std::ranges::greater(),
                             [](const auto& channel) { return channel.first; });
    for (const auto& [priority, name] : channels_) {
      if (std::ranges::count(file_.channels, name) == 0) {
        file_.channels.push_back(name);
      }
    }
    file_.nodefaults = true;  // A manifest names all its channels.
    if (!file_.platforms.empty() && std::ranges::count(file_.platforms, platform_) == 0) {
      file_.warnings.push_back(absl::StrFormat(
          "%s: 'platforms' does not list %s, the platform of this solve", label_, platform_));
    }
    return absl::OkStatus();
  }

  const toml::table& root_;
  const std::string& label_;
  const std::string& platform_;
  const FileParts& parts_;
  const toml::table* workspace_ = nullptr;
  std::vector<std::pair<std::int64_t, std::string>> channels_;  // With their priority.
  bool lacks_channels_ = false;                                 // A feature names none.
  RequestFile file_;
};

}  // namespace

absl::StatusOr<RequestFile> ReadPixiManifest(const toml::table& root, const std::string& label,
                                             const std::string& platform, const FileParts& parts) {
  return PixiReader(root, label, platform, parts).Read();
}

}  // namespace satchel
