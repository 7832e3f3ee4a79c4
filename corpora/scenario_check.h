#pragma once

#include <string_view>

#include "absl/status/status.h"

#include "repodata/spec/record.h"

namespace satchel {

// Checks that a MatchSpec, or the version and every spec of a record, is well-formed, so that a
// mistake in a scenario is reported at its location and not as a package that mysteriously cannot
// be installed. Errors: kInvalidArgument.
[[nodiscard]] absl::Status CheckScenarioSpec(std::string_view spec);
[[nodiscard]] absl::Status CheckScenarioRecord(const PackageRecord& record);

}  // namespace satchel
