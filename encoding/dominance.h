#pragma once

#include <span>
#include <vector>

#include "encoding/domains.h"

namespace satchel {

// A candidate that dominance rules out, and the one that replaces it.
struct LeftOut {
  Position worse;
  Position better;
};

// Rule "dominance": a candidate w is left out if a more preferred candidate b of its name that
// costs no more is allowed by every requirement that allows w, and asks for no more than w.
//
// Proof sketch: in a plan with w put b instead. Whoever depends on or constrains the name accepts b
// since it accepts w; b's own requirements are implied by w's, so they hold; what only w needed is
// dropped. So it is a plan. Under the objective it is no worse: b costs no more than w and comes
// before it in the preference order; no other package changed. Every name b depends on w depends on
// too: what is absent from some plan stays so. A question about a prefix of the order by cost or by
// preference holds for b if it holds for w; questions about other sets are protected as
// `distinguished`.
// Candidates that no requirement can tell apart and that ask for the same are the special case
// where each dominates the other, of which the most preferred stays. Test:
// tests/oracle/pruning_test.cc solves random universes with and without it.
//
// Returns the `candidates` (grounded, best first) that stay, and appends the others to `left_out`.
// `requirements` are all requirements on the package that remaining candidates use; the installed
// candidate always stays. Cost: linear in the requirements' members, then a few words for each pair
// of candidates; beyond some hundreds, only near ones are compared.
[[nodiscard]] std::vector<Position> WithoutDominated(
    const Domains& domains, PackageId package, std::span<const Position> candidates,
    std::span<const RequirementId> requirements, std::span<const std::vector<Word>> distinguished,
    std::vector<LeftOut>* left_out);

}  // namespace satchel
