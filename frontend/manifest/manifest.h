#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "frontend/request/request_file.h"

namespace satchel {

// Reads the manifests that are TOML:
//   - pixi.toml, `[tool.pixi]` of a pyproject.toml, and conda.toml, which has the same tables;
//   - a pyproject.toml for conda-lock: `[tool.conda-lock]`, `[project]` (PEP 621, with the
//     requirements of PEP 508) and `[tool.poetry]`.
// Tables of other targets than `platform` do not count. Errors: kInvalidArgument, "file:line: what
// is wrong", also for a package that is to be built from source.
[[nodiscard]] absl::StatusOr<RequestFile> ParseManifest(const std::string& text,
                                                        const std::string& label,
                                                        const std::string& platform,
                                                        const FileParts& parts);

}  // namespace satchel
