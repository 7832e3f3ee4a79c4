#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/cnf.h"
#include "encoding/request.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// That a request has no plan: its plain encoding, and a proof as in PlanProof.
struct UnsatisfiableProof {
  Cnf cnf;
  std::vector<std::string> meanings;
  std::vector<std::vector<Literal>> proof;
};

// Errors: kFailedPrecondition if it has a plan; kDeadlineExceeded, kCancelled.
[[nodiscard]] absl::StatusOr<UnsatisfiableProof> ProveUnsatisfiable(const Request& request,
                                                                    const StopSignal& stop);

// The plain encoding as DIMACS and CryptoMiniSat's FRAT proof. Errors: kFailedPrecondition if the
// request has a plan, kUnavailable if a file cannot be written.
[[nodiscard]] absl::Status WriteUnsatisfiableProof(const Request& request,
                                                   const std::string& dimacs_path,
                                                   const std::string& frat_path);

}  // namespace satchel
