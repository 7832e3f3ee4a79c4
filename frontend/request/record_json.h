#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/request/explicit_package.h"
#include "repodata/spec/record.h"

namespace satchel {

// A record as conda writes it, with what it says of how it came into the environment.
struct JsonRecord {
  PackageRecord record;
  std::string requested_spec;  // Empty if it came as a dependency, or if nothing is said.
};

// One conda-meta/NAME-VERSION-BUILD.json.
// Errors: kInvalidArgument, "<label>: what is wrong".
[[nodiscard]] absl::StatusOr<JsonRecord> ParseCondaMeta(std::string_view json,
                                                        const std::string& label);

// The package files of the environment that a plan in our JSON form (export/plan_json.h) leads to.
// Errors: kInvalidArgument, "<label>: what is wrong".
[[nodiscard]] absl::StatusOr<std::vector<ExplicitPackage>> ParsePlanJson(std::string_view json,
                                                                         const std::string& label);

}  // namespace satchel
