#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/corpus/subchannel.h"

namespace satchel {

// Whether a case still has the property of interest. Errors end the search.
using CaseCheck = std::function<absl::StatusOr<bool>(const Problem& problem)>;

struct MinimisedCase {
  Problem problem;
  std::vector<Subchannel> parts;
  int num_checks = 0;
};

// Delta debugging (Zeller and Hildebrandt 2002): omits requested specs, then package names, then
// records, as long as `check` holds on the rest. The result is 1-minimal: without any one of its
// specs or records the check fails. Each check gets the problem over channels written below
// `scratch`. Errors: kFailedPrecondition if the check does not hold at the start; those of the
// check.
// With `keep_matches` a spec, or a dependency of a record that is left, which some record matches
// at the start does so until the end: a request that became unsatisfiable because a package is gone
// is another case.
[[nodiscard]] absl::StatusOr<MinimisedCase> MinimiseCase(const Problem& problem,
                                                         const std::string& scratch,
                                                         const CaseCheck& check,
                                                         bool keep_matches = false);

// The smallest subset of 0..count-1 that delta debugging finds for which `holds` is true,
// ascending. Requires: it is true for all of them.
[[nodiscard]] absl::StatusOr<std::vector<int>> DeltaDebug(
    int count, const std::function<absl::StatusOr<bool>(const std::vector<int>&)>& holds);

}  // namespace satchel
