#include "frontend/manifest/python_project.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/manifest/marker.h"
#include "frontend/manifest/requirement.h"
#include "repodata/spec/match_spec.h"

namespace satchel {
namespace {

constexpr char kMain[] = "main";

class ProjectReader final {
 public:
  ProjectReader(const toml::table& root, const std::string& label, const std::string& platform,
                const FileParts& parts)
      : root_(root), label_(label), platform_(platform), parts_(parts) {}

  absl::StatusOr<RequestFile> Read() {
    ASSIGN_OR_RETURN(const toml::table* const tool, TableOf(root_, "tool", label_));
    RETURN_IF_ERROR(ReadCondaLock(*tool));
    RETURN_IF_ERROR(ReadProject());
    RETURN_IF_ERROR(ReadPoetry(*tool));
    if (file_.specs.empty()) {
      return absl::InvalidArgumentError(
          label_ +
          ": it asks for nothing: no [project] with 'dependencies', no [tool.poetry], "
          "[tool.conda-lock] or [tool.pixi]");
    }
    return std::move(file_);
  }

 private:
  bool IsWanted(const std::string& category) const {
    return category == kMain || parts_.HasCategory(category);
  }

  void Add(std::string spec, const toml::node& node, const std::string& category) {
    if (IsWanted(category)) {
      file_.specs.push_back({std::move(spec), WhereOf(node, label_), category});
    }
  }

  // What conda-lock is told of a package is what counts.
  bool IsTold(const std::string& spec) const {
    const std::string name = spec.substr(0, spec.find(' '));
    return std::ranges::count(told_, name) > 0;
  }

  absl::Status ReadCondaLock(const toml::table& tool) {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(tool, "conda-lock", label_));
    ASSIGN_OR_RETURN(const std::vector<std::string> channels, TextsOf(*table, "channels", label_));
    for (const std::string& channel : channels) {
      file_.channels.push_back(ExpandPath(channel));
    }
    ASSIGN_OR_RETURN(file_.platforms, TextsOf(*table, "platforms", label_));
    ASSIGN_OR_RETURN(const toml::table* const specs, TableOf(*table, "dependencies", label_));
    for (const auto& [name, node] : FieldsInOrder(*specs)) {
      std::string version = TextOf(*specs, name);
      const toml::table* const described = node->as_table();
      if (described != nullptr) {
        version = TextOf(*described, "version");
      }
      told_.push_back(name);
      if (described != nullptr && TextOf(*described, "source") == "pypi") {
        file_.pip.push_back(version.empty() || version == "*"     ? name
                            : version.find_first_of("<>=!~") == 0 ? name + version
                                                                  : name + "==" + version);
        continue;
      }
      ASSIGN_OR_RETURN(std::string spec, PoetrySpec(name, version, *node));
      if (const std::string channel = described == nullptr ? "" : TextOf(*described, "channel");
          !channel.empty()) {
        spec = channel + "::" + spec;
      }
      Add(std::move(spec), *node, kMain);
    }
    return absl::OkStatus();
  }

  // --- PEP 621 ---

  absl::Status ReadProject() {
    ASSIGN_OR_RETURN(const toml::table* const project, TableOf(root_, "project", label_));
    file_.name = TextOf(*project, "name");
    if (const toml::node* const python = project->get("requires-python");
        python != nullptr && !IsTold("python")) {
      ASSIGN_OR_RETURN(const CondaRequirement requirement,
                       ReadAt("python " + TextOf(*project, "requires-python"), *python));
      Add(requirement.spec, *python, kMain);
    }
    RETURN_IF_ERROR(ReadList(*project, "dependencies", kMain));
    ASSIGN_OR_RETURN(const toml::table* const optional,
                     TableOf(*project, "optional-dependencies", label_));
    ASSIGN_OR_RETURN(const toml::table* const groups, TableOf(root_, "dependency-groups", label_));
    for (const toml::table* const table : {optional, groups}) {
      for (const auto& [group, node] : FieldsInOrder(*table)) {
        RETURN_IF_ERROR(ReadList(*table, group, group));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CondaRequirement> ReadAt(const std::string& text, const toml::node& node) const {
    absl::StatusOr<CondaRequirement> requirement = ReadRequirement(text, platform_);
    return requirement.ok()
               ? requirement
               : TomlError(node, label_, std::string(ToStd(requirement.status().message())));
  }

  absl::Status ReadList(const toml::table& table, const std::string& key,
                        const std::string& category) {
    const toml::node* const list = table.get(key);
    if (list == nullptr || !IsWanted(category)) {
      return absl::OkStatus();
    }
    if (!list->is_array()) {
      return TomlError(*list, label_, absl::StrFormat("'%s' must be a list", key));
    }
    for (const toml::node& element : *list->as_array()) {
      if (const toml::table* const included = element.as_table()) {  // {include-group = "test"}
        const std::string group = TextOf(*included, "include-group");
        if (group.empty() || group == key || ++num_included_ > kMostIncluded) {
          return TomlError(element, label_, "expected a requirement, or an include-group");
        }
        RETURN_IF_ERROR(ReadList(table, group, category));
        continue;
      }
      RETURN_IF_ERROR(AddRequirement(element, category));
    }
    return absl::OkStatus();
  }

  absl::Status AddRequirement(const toml::node& element, const std::string& category) {
    ASSIGN_OR_RETURN(const CondaRequirement requirement,
                     ReadAt(element.value_or(std::string()), element));
    const std::string name = requirement.spec.substr(0, requirement.spec.find(' '));
    if (name.empty() || IsTold(name) || name == CondaNameOfRequirement(file_.name)) {
      return absl::OkStatus();  // Its own name: a group of extras of the project itself.
    }
    if (!requirement.marker.empty()) {
      file_.warnings.push_back(
          absl::StrFormat("%s: whether %s holds is not known here; '%s' is taken to be needed",
                          WhereOf(element, label_), requirement.marker, requirement.spec));
    }
    Add(requirement.spec, element, category);
    return absl::OkStatus();
  }

  // --- poetry ---

  absl::StatusOr<std::string> PoetrySpec(const std::string& name, const std::string& version,
                                         const toml::node& node) const {
    if (node.is_floating_point()) {  // 3.10 would be 3.1.
      return TomlError(node, label_, absl::StrFormat("the version of '%s' needs quotes", name));
    }
    const absl::StatusOr<std::string> spec = PoetryVersionSpec(version);
    if (!spec.ok()) {
      return TomlError(node, label_, std::string(ToStd(spec.status().message())));
    }
    return spec->empty() ? name : name + " " + *spec;
  }

  absl::Status ReadPoetry(const toml::table& tool) {
    ASSIGN_OR_RETURN(const toml::table* const poetry, TableOf(tool, "poetry", label_));
    if (file_.name.empty()) {
      file_.name = TextOf(*poetry, "name");
    }
    ASSIGN_OR_RETURN(const toml::table* const extras, TableOf(*poetry, "extras", label_));
    RETURN_IF_ERROR(ReadPoetryTable(*poetry, "dependencies", kMain, extras));
    RETURN_IF_ERROR(ReadPoetryTable(*poetry, "dev-dependencies", "dev", extras));
    ASSIGN_OR_RETURN(const toml::table* const groups, TableOf(*poetry, "group", label_));
    for (const auto& [group, node] : FieldsInOrder(*groups)) {
      ASSIGN_OR_RETURN(const toml::table* const table, TableOf(*groups, group, label_));
      RETURN_IF_ERROR(ReadPoetryTable(*table, "dependencies", group, extras));
    }
    return absl::OkStatus();
  }

  // Whether `markers` and `platform` leave it on this platform.
  absl::StatusOr<bool> IsOfPlatform(const toml::table& described, const toml::node& node) const {
    std::string marker = TextOf(described, "markers");
    if (const std::string platform = TextOf(described, "platform"); !platform.empty()) {
      marker =
          (marker.empty() ? "" : "(" + marker + ") and ") + "sys_platform == '" + platform + "'";
    }
    if (marker.empty()) {
      return true;
    }
    const absl::StatusOr<MarkerValue> value = EvaluateMarker(marker, platform_);
    if (!value.ok()) {
      return TomlError(node, label_, std::string(ToStd(value.status().message())));
    }
    return !value->never;
  }

  // The extra of poetry that a package belongs to, as its category.
  static std::string ExtraWith(const std::string& name, const toml::table& extras) {
    for (const auto& [extra, node] : FieldsInOrder(extras)) {
      if (node->is_array()) {
        for (const toml::node& element : *node->as_array()) {
          if (element.value_or(std::string()) == name) {
            return extra;
          }
        }
      }
    }
    return kMain;
  }

  absl::Status ReadPoetryTable(const toml::table& parent, std::string_view key,
                               const std::string& category, const toml::table* extras) {
    ASSIGN_OR_RETURN(const toml::table* const table, TableOf(parent, key, label_));
    for (const auto& [name, node] : FieldsInOrder(*table)) {
      std::string version = TextOf(*table, name);
      bool is_optional = false;
      if (const toml::table* const described = node->as_table()) {
        version = TextOf(*described, "version");
        is_optional = (*described)["optional"].value_or(false);
        ASSIGN_OR_RETURN(const bool is_of_platform, IsOfPlatform(*described, *node));
        if (!is_of_platform) {
          continue;
        }
        if (described->contains("git") || described->contains("path") ||
            described->contains("url")) {
          file_.warnings.push_back(absl::StrFormat("%s: '%s' comes from no channel; it is left out",
                                                   WhereOf(*node, label_), name));
          continue;
        }
      }
      if (node->is_array()) {
        file_.warnings.push_back(
            absl::StrFormat("%s: the versions of '%s' depend on the machine; any is taken",
                            WhereOf(*node, label_), name));
      }
      const std::string conda_name = CondaNameOfRequirement(name);
      if (IsTold(conda_name)) {
        continue;
      }
      ASSIGN_OR_RETURN(std::string spec, PoetrySpec(conda_name, version, *node));
      Add(std::move(spec), *node, is_optional ? ExtraWith(name, *extras) : category);
    }
    return absl::OkStatus();
  }

  // A chain of groups that include each other ends.
  static constexpr int kMostIncluded = 1000;

  const toml::table& root_;
  const std::string& label_;
  const std::string& platform_;
  const FileParts& parts_;
  std::vector<std::string> told_;  // Names of [tool.conda-lock.dependencies].
  int num_included_ = 0;
  RequestFile file_;
};

}  // namespace

absl::StatusOr<RequestFile> ReadPythonProject(const toml::table& root, const std::string& label,
                                              const std::string& platform, const FileParts& parts) {
  return ProjectReader(root, label, platform, parts).Read();
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> RequirementGroups(
    const toml::table& root, const std::string& label) {
  ASSIGN_OR_RETURN(const toml::table* const project, TableOf(root, "project", label));
  ASSIGN_OR_RETURN(const toml::table* const optional,
                   TableOf(*project, "optional-dependencies", label));
  ASSIGN_OR_RETURN(const toml::table* const grouped, TableOf(root, "dependency-groups", label));
  std::map<std::string, std::vector<std::string>> own;       // Without what they include.
  std::map<std::string, std::vector<std::string>> included;  // Names of groups.
  for (const toml::table* const table : {optional, grouped}) {
    for (const auto& [group, node] : FieldsInOrder(*table)) {
      if (!node->is_array()) {
        return TomlError(*node, label, absl::StrFormat("'%s' must be a list", group));
      }
      own.try_emplace(group);
      for (const toml::node& element : *node->as_array()) {
        if (const auto text = element.value_exact<std::string>(); text.has_value()) {
          own[group].push_back(*text);
        } else if (const toml::table* const other = element.as_table()) {
          included[group].push_back(TextOf(*other, "include-group"));
        }
      }
    }
  }
  std::map<std::string, std::vector<std::string>> groups;
  for (const auto& [group, lines] : own) {
    std::vector<std::string> reached = {group};  // Each once, so that circles end.
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const std::string name = reached[i];
      groups[group].insert(groups[group].end(), own[name].begin(), own[name].end());
      for (const std::string& next : included[name]) {
        if (own.contains(next) && std::ranges::count(reached, next) == 0) {
          reached.push_back(next);
        }
      }
    }
  }
  return groups;
}

absl::Status AddProjectToPixi(const toml::table& project, const std::string& label,
                              RequestFile* file) {
  if (file->name.empty()) {
    file->name = TextOf(project, "name");
  }
  const bool has_python = std::ranges::any_of(file->specs, [](const SpecText& spec) {
    return spec.text == "python" || spec.text.starts_with("python ") ||
           spec.text.starts_with("python[");
  });
  if (const toml::node* const python = project.get("requires-python");
      python != nullptr && !has_python) {
    file->specs.push_back(
        {"python " + TextOf(project, "requires-python"), WhereOf(*python, label)});
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, TextsOf(project, "dependencies", label));
  file->pip.insert(file->pip.end(), lines.begin(), lines.end());
  return absl::OkStatus();
}

}  // namespace satchel
