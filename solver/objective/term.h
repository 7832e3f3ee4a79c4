#pragma once

#include <cstdint>
#include <optional>
#include <span>
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
  // The steps are the costs of the candidates left, of which only the first ones have been made:
  // most terms never need another one, and a name can have hundreds.
  std::optional<Measure> measure = std::nullopt;
};

// The cost of a package that has a candidate left, with one step made.
[[nodiscard]] Term CostTerm(const Domains& domains, PackageId package, Measure measure);

// All candidates that cost at most `cost`.
[[nodiscard]] std::vector<Word> UpToCost(const CandidateList& list, Measure measure,
                                         std::int64_t cost);
// The least cost above `above` of a candidate in `among`; nothing if there is none.
[[nodiscard]] std::optional<std::int64_t> NextCost(const CandidateList& list, Measure measure,
                                                   std::span<const Word> among, std::int64_t above);
// All candidates that are as good as the one at `at` or better: that cost less, or as much and are
// not of a less preferred version.
[[nodiscard]] std::vector<Word> UpToCandidate(const CandidateList& list, Measure measure,
                                              Position at);
// Those of them that are better.
[[nodiscard]] std::vector<Word> BetterThan(const CandidateList& list, Measure measure, Position at);
// The best candidate of `among`; kNoPosition if it is empty.
[[nodiscard]] Position BestOf(const CandidateList& list, Measure measure,
                              std::span<const Word> among);

// Whether the term has a step `i`, which is made if it was not yet.
[[nodiscard]] bool HasStep(const Domains& domains, Term& term, std::size_t i);
void MakeAllSteps(const Domains& domains, Term& term);

// What a plan costs under a term, and under all.
[[nodiscard]] std::int64_t CostOf(const Universe& universe, const Term& term, const Model& model);
[[nodiscard]] std::int64_t CostOf(const Universe& universe, const std::vector<Term>& terms,
                                  const Model& model);

}  // namespace satchel
