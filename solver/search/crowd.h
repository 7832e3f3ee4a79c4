#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "encoding/domains.h"

namespace satchel {

// Packages that must all be there, of which no two can have their place in the same slot, and fewer
// slots than packages.
struct Crowd {
  std::vector<PackageId> packages;  // In the order in which they were found.
  std::size_t num_slots;
};

// Rule "pigeonhole": where there is a crowd there is no plan. Resolution, and so every search that
// learns clauses or nogoods, needs exponentially many steps to see that (Haken 1985); to count
// needs none.
//
// Proof: let two candidates of different packages *exclude* each other if they ask for disjoint
// sets of one package that is there if they are (the package of one of them, one that either
// depends on, or one that must be there). No plan has both, as it has one record of that package at
// most. A *slot* is a set of candidates of which any two of different packages exclude each other,
// so a plan has at most one of its candidates, as it has one of each package. All candidates left
// of the crowd's packages are in slots. A plan has one of each package, each in another slot: there
// are not enough of them.
//
// The search is greedy, from each package: its candidates are the first slots; others come in that
// find room in these, or need one more. So not every crowd is found. Requires: the domains are
// propagated, without conflict. Grounds candidates of packages that must be there and have few.
// Cost: at most some milliseconds, as large problems are not looked at; nothing where hardly
// anything excludes anything.
[[nodiscard]] std::optional<Crowd> FindCrowd(Domains& domains);

}  // namespace satchel
