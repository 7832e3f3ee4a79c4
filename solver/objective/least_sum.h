#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "solver/objective/hitting_set.h"
#include "solver/objective/term.h"
#include "solver/search/search.h"

namespace satchel {

// The least sum of some terms' costs, by dives alone.
//
// Implicit hitting sets (Davies, Bacchus, CP 2011): ask for a plan with every term on the cheapest
// levels that the cores found so far leave; if there is none, that is another core. The first plan
// is a best one, as nothing cheaper satisfies all cores. What was asked is always about single
// packages, so no counter has to be encoded; where a dive or the hitting set gives up, so does
// this, and MinimiseSum has to do it.
class LeastSum final {
 public:
  // Made for one level or step; `terms` and `search` outlive it.
  LeastSum(std::vector<Term>& terms, Search& search, const Progress& progress);

  // "Yes": search.model() is a plan with the least sum, value(). "No": there is no plan.
  [[nodiscard]] QuickAnswer Find();
  std::int64_t value() const { return value_; }

  // After Find: whether a plan with the least sum, and with what was fixed, has `choice`: of the
  // package of `term`, some of the best candidates left, which cost at most `cost`. "Yes":
  // search.model() is such a plan.
  [[nodiscard]] QuickAnswer Allows(std::size_t term, const Choice& choice, std::int64_t cost);
  // From now on the term costs what it does in search.model().
  void Fix(std::size_t term);

 private:
  struct Question {
    std::size_t term;
    const Choice* choice;
    std::size_t level;  // The lowest one that contains the choice.
  };
  [[nodiscard]] QuickAnswer Ask(const Question* question);
  std::optional<std::int64_t> CostOfLevel(std::size_t term, std::size_t level);
  std::size_t LevelOf(std::size_t term, std::int64_t cost);
  std::size_t LevelNeeded(std::size_t term, std::span<const Word> instead);

  std::vector<Term>& terms_;
  Search& search_;
  const Progress& progress_;
  HittingSet cheapest_;
  std::int64_t value_ = 0;
  Domains::Mark seen_;  // When plans that are not possible any more were last forgotten.
};

}  // namespace satchel
