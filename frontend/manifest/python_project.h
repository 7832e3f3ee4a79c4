#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/manifest/toml_table.h"
#include "frontend/request/request_file.h"

namespace satchel {

// Reads a pyproject.toml as conda-lock does: channels, platforms and conda specs of
// [tool.conda-lock]; requirements of [project] and [tool.poetry] under conda's names, where
// [tool.conda-lock.dependencies] does not name them, too. Optional ones and those of groups have
// the category of their group; poetry's dev-dependencies are "dev". Errors: as ParseManifest().
[[nodiscard]] absl::StatusOr<RequestFile> ReadPythonProject(const toml::table& root,
                                                            const std::string& label,
                                                            const std::string& platform,
                                                            const FileParts& parts);

// The optional requirements and the groups of a pyproject.toml, by name: in pixi's eyes features.
[[nodiscard]] absl::StatusOr<std::map<std::string, std::vector<std::string>>> RequirementGroups(
    const toml::table& root, const std::string& label);

// What [project] adds to `[tool.pixi]` of the same file: its name, its python, and its requirements
// for pip. Errors: as ParseManifest().
[[nodiscard]] absl::Status AddProjectToPixi(const toml::table& project, const std::string& label,
                                            RequestFile* file);

}  // namespace satchel
