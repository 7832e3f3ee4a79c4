#pragma once

#include <cstdint>
#include <vector>

#include "solver/search.h"
#include "solver/term.h"

namespace satchel {

struct Minimum {
  Answer answer = Answer::kYes;  // kYes: `value` is the proven minimum, and model() has it.
  std::int64_t value = 0;
};

// The least sum of the terms' costs over the plans that the domains and the session allow, by
// CryptoMiniSat. Requires: all steps are made. On
// return the session, still open, assumes that the sum is the least (Search::Assume), for the
// questions to follow.
//
// Core-guided (OLL: Morgado, Dodaro, Marques-Silva, CP 2014): assume each term at its cheapest; a
// core names terms that cannot all be so; they are replaced by a counter over them. Only terms in
// cores ever cost anything.
// `needs_grounding` as for Search::SolveSession: start again.
[[nodiscard]] Minimum MinimiseSum(const std::vector<Term>& terms, Search& search,
                                  bool* needs_grounding);

// The least possible value of the greatest lag among packages that must be there.
// Requires: search.has_model().
[[nodiscard]] Minimum MinimiseGreatest(const std::vector<PackageId>& packages, Search& search,
                                       const Progress& progress);

}  // namespace satchel
