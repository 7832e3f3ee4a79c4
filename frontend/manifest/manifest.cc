#include "frontend/manifest/manifest.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/manifest/pixi_manifest.h"
#include "frontend/manifest/python_project.h"
#include "frontend/manifest/toml_table.h"

namespace satchel {
namespace {

bool IsPixiName(const std::string& label) {
  const std::string name = label.substr(label.rfind('/') + 1);
  return name == "pixi.toml" || name == "conda.toml" || name == "mojoproject.toml";
}

}  // namespace

absl::StatusOr<RequestFile> ParseManifest(const std::string& text, const std::string& label,
                                          const std::string& platform, const FileParts& parts) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s:%d: %s", label, parsed.error().source().begin.line, parsed.error().description()));
  }
  const toml::table& root = parsed.table();
  ASSIGN_OR_RETURN(const toml::table* const tool, TableOf(root, "tool", label));
  ASSIGN_OR_RETURN(const toml::table* const project, TableOf(root, "project", label));
  if (tool->contains("pixi")) {
    ASSIGN_OR_RETURN(const toml::table* const pixi, TableOf(*tool, "pixi", label));
    FileParts with_groups = parts;
    ASSIGN_OR_RETURN(with_groups.groups, RequirementGroups(root, label));
    ASSIGN_OR_RETURN(RequestFile file, ReadPixiManifest(*pixi, label, platform, with_groups));
    // The project's own requirements are of the default feature.
    const toml::node_view<const toml::node> environment =
        (*pixi)["environments"][parts.environment.empty() ? "default" : parts.environment];
    if (!environment["no-default-feature"].value_or(false)) {
      RETURN_IF_ERROR(AddProjectToPixi(*project, label, &file));
    }
    return file;
  }
  if (root.contains("workspace") || project->contains("channels") || IsPixiName(label)) {
    return ReadPixiManifest(root, label, platform, parts);
  }
  return ReadPythonProject(root, label, platform, parts);
}

}  // namespace satchel
