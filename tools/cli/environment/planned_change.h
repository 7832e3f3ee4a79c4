#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "frontend/request/explicit_package.h"
#include "repodata/spec/record.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Shared by create, install, update and remove.

// The change that results from solving for `specs` and the files, with the other requests of the
// files; if there is no plan, reports why and returns none.
[[nodiscard]] absl::StatusOr<std::optional<PlannedChange>> SolveChange(
    const Arguments& arguments, const std::vector<std::string>& specs);

// The packages of --file if all of these files are @EXPLICIT ones and nothing else is requested;
// none otherwise.
[[nodiscard]] absl::StatusOr<std::optional<CompletePackages>> ExplicitPackages(
    const Arguments& arguments);

// A change without a solver: to exactly these packages or, with `keep_others`, to these in place of
// others with their names.
[[nodiscard]] PlannedChange ExactChange(const std::vector<PackageRecord>& records,
                                        const std::vector<InstalledPackage>& installed,
                                        bool keep_others);

// "numpy==1.26.4=py312_0".
std::string ExactSpec(const PackageRecord& record);

}  // namespace satchel
