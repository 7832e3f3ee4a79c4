#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// Applies the patch_instructions.json of conda-index (version 1) to the repodata.json of one
// subdir: fields of `packages` and `packages.conda` replace those of the records with these file
// names, `remove` takes records out, and those of `revoke` depend on a package that does not exist.
// Instructions for files that are not there do nothing. Errors: kInvalidArgument, "<label>: what is
// wrong".
[[nodiscard]] absl::StatusOr<std::string> PatchRepodata(const std::string& repodata,
                                                        const std::string& repodata_label,
                                                        const std::string& instructions,
                                                        const std::string& label);

}  // namespace satchel
