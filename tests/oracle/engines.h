#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "solver/solve.h"

namespace satchel::oracle {

// The plan and the values of its levels, or that there is none. Of the levels of dependencies the
// sum: how many names each takes depends on which are known to be certain, which is left to the
// search.
[[nodiscard]] std::string AnswerText(const absl::StatusOr<SolveOutcome>& outcome);

// Where the engines `auto` and `sat` differ: both answers; "" if they agree.
[[nodiscard]] std::string EngineFlaw(const Request& request, Objective objective);

}  // namespace satchel::oracle
