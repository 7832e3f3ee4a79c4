// The YAML form of request_file.h.

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/request/conda_lock.h"
#include "frontend/request/pixi_lock.h"
#include "frontend/request/request_file.h"
#include "frontend/request/selector.h"
#include "frontend/yaml_node.h"

namespace satchel {
namespace {

class Reader final {
 public:
  Reader(const std::string& label, const std::string& platform)
      : label_(label), platform_(platform) {}

  absl::StatusOr<RequestFile> Read(const YamlNode& root) && {
    if (!root.IsMap()) {
      return Error(root, "not an environment: expected 'dependencies:' and a list below it");
    }
    bool has_dependencies = false;
    for (const auto& field : root.fields()) {
      const std::string key = field.first.IsScalar() ? field.first.Scalar() : std::string();
      RETURN_IF_ERROR(ReadField(key, field.first, field.second));
      has_dependencies = has_dependencies || key == "dependencies";
    }
    if (!has_dependencies) {
      return Error(root, "no 'dependencies:'");
    }
    for (SpecText& spec : file_.specs) {
      spec.category = category_.empty() ? spec.category : category_;
    }
    return std::move(file_);
  }

 private:
  std::string Where(const YamlNode& node) const {
    return node.line() == 0 ? label_ : absl::StrFormat("%s:%d", label_, node.line());
  }

  absl::Status Error(const YamlNode& node, const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrFormat("%s: %s", Where(node), what));
  }

  void Warn(const YamlNode& node, const std::string& what) {
    file_.warnings.push_back(absl::StrFormat("%s: %s", Where(node), what));
  }

  absl::Status ReadField(const std::string& key, const YamlNode& name, const YamlNode& value) {
    if (key == "name") {
      return ReadText(value, "name", &file_.name);
    }
    if (key == "prefix") {
      return ReadText(value, "prefix", &file_.prefix);
    }
    if (key == "channels") {
      return ReadChannels(value);
    }
    if (key == "dependencies") {
      return ReadDependencies(value);
    }
    if (key == "variables") {
      return ReadVariables(value);
    }
    if (key == "platforms") {
      return ReadPlatforms(value);
    }
    if (key == "category") {
      return ReadText(value, "category", &category_);
    }
    Warn(name, absl::StrFormat("'%s' is unknown and ignored", key));
    return absl::OkStatus();
  }

  absl::Status ReadText(const YamlNode& value, const char* key, std::string* text) const {
    if (value.IsNull()) {
      return absl::OkStatus();
    }
    if (!value.IsScalar()) {
      return Error(value, absl::StrFormat("'%s' must be a text", key));
    }
    *text = value.Scalar();
    return absl::OkStatus();
  }

  // The texts of a list; none for null.
  absl::StatusOr<std::vector<std::string>> Texts(const YamlNode& list, const char* key) const {
    std::vector<std::string> texts;
    if (!list.IsNull() && !list.IsSequence()) {
      return Error(list, absl::StrFormat("'%s' must be a list: one '- ...' a line", key));
    }
    for (const YamlNode& element : list.elements()) {
      if (!element.IsScalar() || element.Scalar().empty()) {
        return Error(element, absl::StrFormat("each of '%s' must be a text", key));
      }
      texts.push_back(element.Scalar());
    }
    return texts;
  }

  absl::Status ReadChannels(const YamlNode& list) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, Texts(list, "channels"));
    for (const std::string& name : names) {
      if (name == "nodefaults") {
        file_.nodefaults = true;
      } else {
        file_.channels.push_back(ExpandPath(name));  // As in .condarc.
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadPlatforms(const YamlNode& list) {
    ASSIGN_OR_RETURN(const std::vector<std::string> platforms, Texts(list, "platforms"));
    file_.platforms = platforms;
    for (const std::string& platform : platforms) {
      if (platform == platform_) {
        return absl::OkStatus();
      }
    }
    if (!platforms.empty()) {
      Warn(list,
           absl::StrFormat("'platforms' does not list %s, the platform of this solve", platform_));
    }
    return absl::OkStatus();
  }

  absl::Status ReadVariables(const YamlNode& map) {
    if (map.IsNull()) {
      return absl::OkStatus();
    }
    if (!map.IsMap()) {
      return Error(map, "'variables' must be a map: one 'NAME: value' a line");
    }
    for (const auto& variable : map.fields()) {
      if (!variable.first.IsScalar() ||
          (!variable.second.IsScalar() && !variable.second.IsNull())) {
        return Error(variable.first, "a variable must be 'NAME: text'");
      }
      file_.variables.emplace_back(variable.first.Scalar(),
                                   variable.second.IsNull() ? "" : variable.second.Scalar());
    }
    return absl::OkStatus();
  }

  absl::Status ReadDependencies(const YamlNode& list) {
    if (!list.IsNull() && !list.IsSequence()) {
      return Error(list, "'dependencies' must be a list: one '- SPEC' a line");
    }
    for (const YamlNode& element : list.elements()) {
      if (element.IsMap()) {
        for (const auto& section : element.fields()) {
          RETURN_IF_ERROR(ReadSection(section.first, section.second));
        }
      } else {
        RETURN_IF_ERROR(AddSpec(element));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddSpec(const YamlNode& node) {
    if (!node.IsScalar() || node.Scalar().empty()) {
      return Error(node, "a dependency must be a spec such as 'numpy >=1.20'");
    }
    file_.specs.push_back({node.Scalar(), Where(node)});
    return absl::OkStatus();
  }

  // `pip:` or `sel(OS):` within the dependencies.
  absl::Status ReadSection(const YamlNode& key_node, const YamlNode& value) {
    const std::string key = key_node.IsScalar() ? key_node.Scalar() : std::string();
    if (key == "pip") {
      ASSIGN_OR_RETURN(const std::vector<std::string> lines, Texts(value, "pip"));
      file_.pip.insert(file_.pip.end(), lines.begin(), lines.end());
      return absl::OkStatus();
    }
    if (!key.starts_with("sel(") || !key.ends_with(")")) {
      return Error(
          key_node,
          absl::StrFormat("unknown section '%s:' (a spec with a colon must be quoted)", key));
    }
    const std::string os = key.substr(4, key.size() - 5);
    if (os != "unix" && os != "linux" && os != "osx" && os != "win") {
      return Error(key_node,
                   absl::StrFormat("'%s': only unix, linux, osx and win can be selected", key));
    }
    const bool is_unix = platform_.starts_with("linux-") || platform_.starts_with("osx-");
    if (os == "unix" ? !is_unix : !platform_.starts_with(os + "-")) {
      return absl::OkStatus();
    }
    if (!value.IsSequence()) {
      return AddSpec(value);
    }
    for (const YamlNode& element : value.elements()) {
      RETURN_IF_ERROR(AddSpec(element));
    }
    return absl::OkStatus();
  }

  const std::string& label_;
  const std::string& platform_;
  std::string category_;  // Of all specs, as conda-lock has it.
  RequestFile file_;
};

// Leaves lines such as "- libx11  # [linux]" out, empty, where their selector does not hold.
std::string WithoutUnselected(const std::string& text, const std::string& platform) {
  std::string selected;
  for (const std::string_view line : Split(text, '\n')) {
    const std::size_t open = line.rfind("# [");
    const std::size_t close = line.rfind(']');
    const bool has_selector = open != std::string_view::npos && close != std::string_view::npos &&
                              close > open && StripSpace(line).starts_with('-');
    if (!has_selector || IsSelected(line.substr(open + 3, close - open - 3), platform)) {
      selected += line;
    }
    selected += '\n';
  }
  return selected;
}

// Says so if a lock file has packages for pip, and no pip.
absl::StatusOr<RequestFile> WithPipTold(absl::StatusOr<RequestFile> file,
                                        const std::string& label) {
  if (file.ok() && !file->pip.empty() &&
      std::ranges::count(file->packages, "pip", &ExplicitPackage::name) == 0) {
    file->warnings.push_back(absl::StrFormat(
        "%s: it locks no pip, so its %d package%s of PyPI need%s --pip-with uv", label,
        file->pip.size(), file->pip.size() == 1 ? "" : "s", file->pip.size() == 1 ? "s" : ""));
  }
  return file;
}

}  // namespace

absl::StatusOr<RequestFile> ParseEnvironmentYaml(const std::string& text, const std::string& label,
                                                 const std::string& platform,
                                                 const FileParts& parts) {
  ASSIGN_OR_RETURN(
      const YamlNode root,
      ParseYaml(parts.comment_selectors ? WithoutUnselected(text, platform) : text, label));
  if (IsCondaLock(root)) {
    return WithPipTold(ReadCondaLock(root, label, platform, parts), label);
  }
  if (IsPixiLock(root)) {
    return WithPipTold(ReadPixiLock(root, label, platform, parts), label);
  }
  return Reader(label, platform).Read(root);
}

}  // namespace satchel
