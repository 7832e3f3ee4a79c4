#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {

// The lock files of pixi, versions 4 to 7: environments that name packages by URL, and a list of
// all packages with their hashes.

bool IsPixiLock(const YamlNode& root);

// The subdir of a platform that version 7 may give a name of its own; else the name itself.
std::string SubdirOfPlatform(const YamlNode& root, const std::string& name);

// The packages of one environment on `platform`, as explicit ones; those of PyPI as requirements by
// URL, with their hash. A platform of version 7 with a name of its own counts as its subdir.
// Errors: kInvalidArgument, "file:line: what is wrong", also if the file has nothing for
// `platform`, or packages that must be built from source.
[[nodiscard]] absl::StatusOr<RequestFile> ReadPixiLock(const YamlNode& root,
                                                       const std::string& label,
                                                       const std::string& platform,
                                                       const FileParts& parts);

}  // namespace satchel
