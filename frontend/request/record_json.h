#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/request/explicit_package.h"
#include "repodata/spec/record.h"

namespace satchel {

// A record as conda writes it, with the reason why it is in the environment.
struct JsonRecord {
  PackageRecord record;
  std::string requested_spec;  // Empty if it came as a dependency, or if unknown.
};

// One conda-meta/NAME-VERSION-BUILD.json.
// Errors: kInvalidArgument, "<label>: what is wrong".
[[nodiscard]] absl::StatusOr<JsonRecord> ParseCondaMeta(std::string_view json,
                                                        const std::string& label);

// The package files of the environment that results from a plan in satchel's JSON
// (export/plan_json.h). Errors: kInvalidArgument, "<label>: what is wrong".
[[nodiscard]] absl::StatusOr<std::vector<ExplicitPackage>> ParsePlanJson(std::string_view json,
                                                                         const std::string& label);

}  // namespace satchel
