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

// Rule "dominance": omit a candidate w if every gate that allows w also allows a more preferred
// candidate b of its name, and b requires no more than w.
//
// Proof sketch: take a plan with w and replace w by b. Whatever depends on or constrains the name
// accepts b, since it accepts w; w's gates imply b's gates, so they hold; drop what only w needed.
// The result is a plan. Under the objective it is no worse: b comes before w in rank, lag and
// variant order, and no other package changed. If w is a live variant, so is b, in the same rank
// class or a better one, and w depends on every name that b depends on: the frontier is the same. A
// question about a prefix of the preference order, or about "variants that do not need n", holds
// for b if it holds for w; `distinguished` protects questions about other sets. Candidates that no
// gate distinguishes and that have the same requirements are a special case: each dominates the
// other, and the most preferred one stays. Test: tests/oracle/pruning_test.cc solves random
// universes with and without the rule.
//
// Returns the `candidates` (grounded, best first) that stay, and appends the others to `left_out`.
// `gates` are all gates on the package that remaining candidates use; the installed candidate
// always stays. Cost: linear in the gates' members, then a few words for each pair of candidates;
// beyond some hundreds, only near ones are compared.
[[nodiscard]] std::vector<Position> WithoutDominated(
    const Domains& domains, PackageId package, std::span<const Position> candidates,
    std::span<const GateId> gates, std::span<const std::vector<Word>> distinguished,
    std::vector<LeftOut>* left_out);

}  // namespace satchel
