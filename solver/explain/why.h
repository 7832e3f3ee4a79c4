#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/explain/diagnosis.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel {

// A package of an environment, and whether it is there in its own right.
struct PresentPackage {
  PackageRecord record;
  bool requested = false;
};

// Why a package is there: the shortest chain of requirements from a requested package to it, or
// every one, as a tree in which each package is told once. Where none is requested, from the
// packages that no other needs. Empty if the package is not there, or nothing needs it.
// Cost: linear in the dependencies, times parsing them.
[[nodiscard]] std::vector<Reason> WhyThere(const std::vector<PresentPackage>& packages,
                                           std::string_view name, bool all);

// What stops `wanted` from joining what is there: the packages of `present` that cannot stay as
// they are, or parts of the request, and why. Nothing if it can join them as they are. Errors:
// kDeadlineExceeded or kCancelled; those of Solve for a request that cannot be asked.
[[nodiscard]] absl::StatusOr<std::optional<Conflict>> WhyNot(
    const Request& request, const std::vector<PackageRecord>& present, const MatchSpec& wanted,
    const StopSignal& stop);

}  // namespace satchel
