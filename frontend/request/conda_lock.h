#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {

// conda-lock's lock files, version 1, and pixi's up to version 3, which are alike: a list of
// packages for several platforms, each with URL and hashes.

bool IsCondaLock(const YamlNode& root);

// The requirements of pip for a platform that are not locked.
std::vector<std::string> AskedOfPip(const YamlNode& root, const std::string& platform);

// The key of custom_metadata under which satchel keeps requirements of pip that are not locked.
std::string PipRequirementsKey(const std::string& platform);

// The packages of `platform` in the categories of `parts`, each once: conda's as explicit packages,
// pip's as requirements by URL. Errors: kInvalidArgument, "file:line: what is wrong", also if the
// file has none for `platform`.
[[nodiscard]] absl::StatusOr<RequestFile> ReadCondaLock(const YamlNode& root,
                                                        const std::string& label,
                                                        const std::string& platform,
                                                        const FileParts& parts);

}  // namespace satchel
