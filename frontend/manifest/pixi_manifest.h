#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/manifest/toml_table.h"
#include "frontend/request/request_file.h"

namespace satchel {

// Reads one environment of a pixi manifest: the default feature and those that the environment
// lists, in that order; their specs all hold. `root` has the tables [workspace] (or [project]),
// [dependencies], [feature.*], [environments] and so on. Errors: as ParseManifest().
[[nodiscard]] absl::StatusOr<RequestFile> ReadPixiManifest(const toml::table& root,
                                                           const std::string& label,
                                                           const std::string& platform,
                                                           const FileParts& parts);

}  // namespace satchel
