#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {

// The lock files of pixi, versions 4 to 6: environments that name packages by URL, and a list of
// all packages with their hashes.

bool IsPixiLock(const YamlNode& root);

// The packages of the environment "default" on `platform`, as explicit ones; those of PyPI are left
// out with a warning. Errors: kInvalidArgument, "file:line: what is wrong", also if the file has
// nothing for `platform`.
[[nodiscard]] absl::StatusOr<RequestFile> ReadPixiLock(const YamlNode& root,
                                                       const std::string& label,
                                                       const std::string& platform);

}  // namespace satchel
