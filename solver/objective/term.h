#pragma once

#include <cstdint>
#include <vector>

#include "encoding/domains.h"
#include "solver/search/model.h"

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
  // The steps are the lags of the candidates left, of which only the first ones have been made:
  // most terms never need another one, and a name can have hundreds.
  bool by_lag = false;
};

// The lag of a package that has a candidate left, with one step made.
[[nodiscard]] Term LagTerm(const Domains& domains, PackageId package);

// All candidates with a lag of at most `lag`.
[[nodiscard]] std::vector<Word> UpToLag(const Universe& universe, PackageId package,
                                        std::int64_t lag);
// The least lag above `lag` that a candidate left has which is not before `from`; below 0 if there
// is none.
[[nodiscard]] std::int64_t NextLag(const Domains& domains, PackageId package, std::int64_t lag,
                                   Position from);

// Whether the term has a step `i`, which is made if it was not yet.
[[nodiscard]] bool HasStep(const Domains& domains, Term& term, std::size_t i);
void MakeAllSteps(const Domains& domains, Term& term);

// What a plan costs under a term, and under all.
[[nodiscard]] std::int64_t CostOf(const Universe& universe, const Term& term, const Model& model);
[[nodiscard]] std::int64_t CostOf(const Universe& universe, const std::vector<Term>& terms,
                                  const Model& model);

}  // namespace satchel
