#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {

// The lock files of conda-lock, version 1: a list of packages of several platforms, each with URL
// and hashes.

bool IsCondaLock(const YamlNode& root);

// The packages of `platform`: conda's as explicit ones, pip's as requirements by URL.
// Errors: kInvalidArgument, "file:line: what is wrong", also if the file has nothing for
// `platform`.
[[nodiscard]] absl::StatusOr<RequestFile> ReadCondaLock(const YamlNode& root,
                                                        const std::string& label,
                                                        const std::string& platform);

}  // namespace satchel
