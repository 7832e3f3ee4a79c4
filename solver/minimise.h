#pragma once

#include <cstdint>
#include <vector>

#include "solver/search.h"

namespace satchel {

// Something to be as good as it can be: how much it costs to choose a package from which set.
struct Term {
  struct Step {
    std::vector<Word> allowed;  // Contains those of the steps before.
    std::int64_t cost;          // Of choosing from here, if not from a step before. Rising.
  };
  PackageId package;
  std::vector<Step> steps;  // Not empty.
  // What it costs to choose from none of the steps, absence included; below 0: it cannot happen.
  std::int64_t cost_otherwise = -1;
};

// What a plan costs under a term, and under all.
[[nodiscard]] std::int64_t CostOf(const Term& term, const Model& model);
[[nodiscard]] std::int64_t CostOf(const std::vector<Term>& terms, const Model& model);

struct Minimum {
  Answer answer = Answer::kYes;  // kYes: `value` is the proven minimum, and model() has it.
  std::int64_t value = 0;
};

// The least sum of the terms' costs over the plans that the domains and the session allow. On
// return the session, still open, assumes that the sum is the least (Search::Assume), for the
// questions to follow.
//
// Core-guided (OLL: Morgado, Dodaro, Marques-Silva, CP 2014): assume each term at its cheapest; a
// core names terms that cannot all be so; they are replaced by a counter over them. Only terms in
// cores ever cost anything.
// `needs_grounding` as for Search::SolveSession: start again.
[[nodiscard]] Minimum MinimiseSum(const std::vector<Term>& terms, Search& search,
                                  bool* needs_grounding);

// The least possible value of the greatest cost among the terms, none of which may have a
// cost_otherwise. Requires: search.has_model().
[[nodiscard]] Minimum MinimiseGreatest(const std::vector<Term>& terms, Search& search,
                                       const Progress& progress);

}  // namespace satchel
