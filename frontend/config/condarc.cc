// Files: where they are, and what one of them says.

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/config/configuration.h"
#include "frontend/config/root_prefix.h"
#include "frontend/files.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

ConfigFlag FlagOf(std::string_view line) {
  struct Named {
    std::string_view remark;
    ConfigFlag flag;
  };
  constexpr Named kFlags[] = {{"#!final", ConfigFlag::kFinal},
                              {"#!top", ConfigFlag::kTop},
                              {"#!bottom", ConfigFlag::kBottom}};
  line = StripSpace(line);
  for (const Named& named : kFlags) {
    if (line.ends_with(named.remark)) {
      return named.flag;
    }
  }
  return ConfigFlag::kNone;
}

class CondarcReader final {
 public:
  CondarcReader(const std::string& text, const std::string& path)
      : path_(path), lines_(Split(text, '\n')) {}

  absl::StatusOr<CondarcContent> Read(const YamlNode& root) && {
    if (root.IsNull()) {
      return std::move(content_);  // Nothing but comments.
    }
    if (!root.IsMap()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:%d: not a configuration: expected 'KEY: VALUE' lines", path_,
                          std::max(root.line(), 1)));
    }
    for (const auto& [name, value] : root.fields()) {
      RETURN_IF_ERROR(ReadField(name, value));
    }
    return std::move(content_);
  }

 private:
  ConfigFlag FlagAt(int line) const {
    const auto index = static_cast<std::size_t>(line - 1);
    return line > 0 && index < lines_.size() ? FlagOf(lines_[index]) : ConfigFlag::kNone;
  }

  absl::Status ReadField(const YamlNode& name, const YamlNode& node) {
    const ConfigKey* const key = FindConfigKey(name.Scalar());
    if (key == nullptr) {
      WarnOfUnknown(name);
      return absl::OkStatus();
    }
    for (const ConfigSetting& other : content_.settings) {
      if (other.key == key) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s:%d: '%s' occurs twice, first in line %d", path_, name.line(),
                            std::string(key->name), other.line));
      }
    }
    if (node.IsNull()) {
      return absl::OkStatus();  // As if the line were not there.
    }
    ConfigSetting setting;
    setting.key = key;
    setting.source = path_;
    setting.line = name.line();
    ASSIGN_OR_RETURN(setting.value, ReadConfigValue(*key, node, path_));
    setting.flag =
        FlagAt(name.line()) == ConfigFlag::kFinal ? ConfigFlag::kFinal : ConfigFlag::kNone;
    for (const YamlNode& element : node.elements()) {
      if (element.IsNull()) {
        continue;  // As ReadConfigValue.
      }
      setting.element_flags.push_back(FlagAt(element.line()));
    }
    for (const auto& [field, value] : node.fields()) {
      setting.map_flags[field.Scalar()] = FlagAt(field.line());
    }
    content_.settings.push_back(std::move(setting));
    return absl::OkStatus();
  }

  void WarnOfUnknown(const YamlNode& name) {
    std::vector<std::string_view> known;
    for (const ConfigKey& key : ConfigKeys()) {
      known.push_back(key.name);
    }
    const std::string nearest(Nearest(name.Scalar(), known));
    content_.warnings.push_back(
        absl::StrFormat("%s:%d: unknown key '%s' is ignored%s", path_, name.line(), name.Scalar(),
                        nearest.empty() ? "" : absl::StrFormat("; did you mean '%s'?", nearest)));
  }

  const std::string& path_;
  std::vector<std::string_view> lines_;
  CondarcContent content_;
};

bool IsYamlName(std::string_view name) {
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

bool IsCondarcName(std::string_view name) {
  return name == ".condarc" || name == "condarc" || name == ".mambarc" || name == "mambarc" ||
         IsYamlName(name);
}

// The file, or the directory's files by name.
void AddFiles(const std::string& path, std::vector<std::string>* files) {
  std::error_code error;
  std::vector<std::string> found;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    const auto entries = EntriesIn(path);
    for (const auto& entry : entries.ok() ? *entries : std::vector<fs::directory_entry>()) {
      if (IsYamlName(entry.path().filename().string())) {
        found.push_back(entry.path().string());
      }
    }
  } else if (fs::is_regular_file(status) && IsCondarcName(fs::path(path).filename().string())) {
    found.push_back(path);
  }
  for (std::string& file : found) {
    if (std::ranges::count(*files, file) == 0) {
      files->push_back(std::move(file));
    }
  }
}

}  // namespace

std::vector<std::string> CondarcFiles(const ConfigPlaces& places) {
  std::vector<std::string> files;
  if (places.without_files) {
    return files;
  }
  const auto add_all = [&files](const std::string& directory) {
    if (!directory.empty()) {
      for (const char* name : {"/.condarc", "/condarc", "/condarc.d", "/.mambarc"}) {
        AddFiles(directory + name, &files);
      }
    }
  };
  const auto below = [](const std::optional<std::string>& directory, const char* name) {
    return directory.has_value() && !directory->empty() ? *directory + name : std::string();
  };
  const auto home = places.variable("HOME");
  add_all("/etc/conda");
  add_all("/var/lib/conda");
  add_all(RootPrefix(places.variable));
  const auto xdg = places.variable("XDG_CONFIG_HOME");
  add_all(below(xdg, "/conda"));
  add_all(below(home, "/.config/conda"));
  AddFiles(below(xdg, "/mamba/mambarc"), &files);
  AddFiles(below(home, "/.config/mamba/mambarc"), &files);
  add_all(below(home, "/.conda"));
  AddFiles(below(home, "/.condarc"), &files);
  AddFiles(below(home, "/.mambarc"), &files);
  add_all(places.prefix.empty() ? places.variable("CONDA_PREFIX").value_or("") : places.prefix);
  AddFiles(ExpandPath(places.variable("CONDARC").value_or("")), &files);
  return files;
}

absl::StatusOr<CondarcContent> ParseCondarc(const std::string& text, const std::string& path) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  return CondarcReader(text, path).Read(root);
}

}  // namespace satchel
