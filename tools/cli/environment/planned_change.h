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

// Small parts that create, install, update and remove share.

// The change that solving for `specs` and the files leads to, with what else the files ask for;
// none, after telling why, if there is no plan.
[[nodiscard]] absl::StatusOr<std::optional<PlannedChange>> SolveChange(
    const Arguments& arguments, const std::vector<std::string>& specs);

// The packages of --file if all of these files are @EXPLICIT ones and nothing else is asked for;
// none otherwise.
[[nodiscard]] absl::StatusOr<std::optional<CompletePackages>> ExplicitPackages(
    const Arguments& arguments);

// A change that no solver made: to exactly these packages, or with `keep_others` to these in the
// place of others of their names.
[[nodiscard]] PlannedChange ExactChange(const std::vector<PackageRecord>& records,
                                        const std::vector<InstalledPackage>& installed,
                                        bool keep_others);

// "numpy==1.26.4=py312_0".
std::string ExactSpec(const PackageRecord& record);

}  // namespace satchel
