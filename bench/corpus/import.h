#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// Makes a problem from a description of an environment: an environment.yml or text file (its
// specs), an @EXPLICIT file, a conda-lock.yml or a pixi.lock (exactly the packages locked for the
// problem's platform, of the environment "default"), or an environment's directory (its requested
// specs, with its packages installed). `problem` has the platform and the channels. Errors: those
// of reading; kInvalidArgument if it is none of these, or lacks the platform.
[[nodiscard]] absl::StatusOr<Problem> ImportProblem(const std::string& path, Problem problem);

}  // namespace satchel
