#pragma once

#include "absl/status/status.h"

namespace satchel {

// Documented in --help and README.md: scripts rely on them.
enum ExitCode : int {
  kExitOk = 0,
  kExitUnsatisfiable = 1,  // No plan; or, for verify, a plan that is not valid.
  kExitBadInput = 2,
  kExitTimeout = 3,  // Before any plan was found.
  kExitIo = 4,
  kExitInternal = 5,
  kExitInterrupted = 130,  // As a shell reports SIGINT.
};

ExitCode ExitCodeOf(const absl::Status& error);

}  // namespace satchel
