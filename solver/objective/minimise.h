#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "solver/objective/term.h"
#include "solver/search/search.h"

namespace satchel {

// The least sum of the terms' costs over the plans that the domains and the session allow, by
// CryptoMiniSat: the proven minimum, and model() has it. Requires: all steps are made;
// search.has_model(). Errors: those of an Answer; kInternal if there turns out to be no plan. On
// return the session, still open, assumes that the
// sum is the least (Search::Assume), for the questions to follow. Nothing: to be asked anew, as
// Search::OfSession says.
//
// Core-guided (OLL: Morgado, Dodaro, Marques-Silva, CP 2014): assume each term at its cheapest; a
// core names terms that cannot all be so; they are replaced by a counter over them. Only terms in
// cores ever cost anything.
[[nodiscard]] absl::StatusOr<std::optional<std::int64_t>> MinimiseSum(
    const std::vector<Term>& terms, Search& search);

}  // namespace satchel
