#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "bench/harness/problem.h"

namespace satchel {

// A problem from what others keep environments in: an environment.yml or text file (its specs), an
// @EXPLICIT file, a conda-lock.yml or a pixi.lock (exactly the packages locked for the problem's
// platform, of the environment "default"), or an environment's directory (what was asked for,
// installed as it is). `problem` has the platform and the channels.
// Errors: those of reading; kInvalidArgument if it is none of these, or has no such platform.
[[nodiscard]] absl::StatusOr<Problem> ImportProblem(const std::string& path, Problem problem);

}  // namespace satchel
