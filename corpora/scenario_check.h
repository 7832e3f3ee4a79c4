#pragma once

#include <string_view>

#include "absl/status/status.h"

#include "repodata/spec/record.h"

namespace satchel {

// Whether a MatchSpec, or the version and every spec of a record, is well-formed: so that a slip in
// a scenario is told where it stands and not as a package that mysteriously cannot be installed.
// Errors: kInvalidArgument.
[[nodiscard]] absl::Status CheckScenarioSpec(std::string_view spec);
[[nodiscard]] absl::Status CheckScenarioRecord(const PackageRecord& record);

}  // namespace satchel
