#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"

#include "encoding/request.h"
#include "solver/objective/minimise.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel {

// What the optimiser claims, in the order in which it relied on it. Packages are ids of its
// universe.
struct Certificate {
  // No remaining plan satisfies all of these at once.
  struct Impossible {
    std::vector<Choice> choices;
  };
  // The sum of the terms' costs cannot be less than `value`; for the rest of the level it is
  // `value`.
  struct LeastSum {
    std::vector<Term> terms;
    std::int64_t value;
  };
  // From here on the plan satisfies this.
  struct Fixed {
    Choice choice;
  };
  // A level begins; it fills levels[first_level ... next level's first_level).
  struct Level {
    std::size_t first_level;
  };
  std::vector<std::variant<Impossible, LeastSum, Fixed, Level>> claims;
};

// Proves every claim again: on the plain encoding of the whole problem, with a fresh CryptoMiniSat
// for each level. Marks the levels that hold as certified. Errors: kInternal naming the claim that
// fails; kDeadlineExceeded, kCancelled.
[[nodiscard]] absl::Status Certify(const Universe& universe, VersionPreference preference,
                                   const Certificate& certificate, const StopSignal& stop,
                                   std::vector<LevelValue>& levels);

// For an unsatisfiable request: its plain encoding as DIMACS and CryptoMiniSat's FRAT proof of it.
// Errors: kFailedPrecondition if it is satisfiable, kUnavailable if a file cannot be written.
[[nodiscard]] absl::Status WriteUnsatisfiableProof(const Request& request,
                                                   const std::string& dimacs_path,
                                                   const std::string& frat_path);

}  // namespace satchel
