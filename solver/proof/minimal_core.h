#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// Specs and pins of a request without a plan that have none together, with all else that it asks.
struct MinimalCore {
  // Without this one there would be records that satisfy all others.
  struct Part {
    bool is_pin;
    std::size_t index;  // In the core's specs or pins.
    std::vector<PackageRecord> records;
  };
  Request request;  // Only with them.
  std::vector<MatchSpec> dropped_specs;
  std::vector<MatchSpec> dropped_pins;
  std::vector<Part> parts;
};

// Tries to do without each spec and pin in turn. A spec with a channel is kept: under strict
// priority it also makes records visible. Errors: kFailedPrecondition if the request has a plan;
// kDeadlineExceeded, kCancelled. Cost: of each part, to encode the whole problem.
[[nodiscard]] absl::StatusOr<MinimalCore> FindMinimalCore(const Request& request,
                                                          const StopSignal& stop);

}  // namespace satchel
