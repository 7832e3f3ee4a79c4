// One level or step: everything at its best, or else the least sum, by name.

#include <algorithm>

#include "base/status_macros.h"
#include "solver/objective/least_sum.h"
#include "solver/objective/optimiser.h"

namespace satchel {

Optimiser::Item Optimiser::SetItem(PackageId package, std::vector<Word> set) {
  Item item;
  item.term = {package, {{set, 0}}, 1};
  item.best = std::move(set);
  return item;
}

// Requires: a candidate is left.
Optimiser::Item Optimiser::CostItem(PackageId package, Measure measure) {
  const CandidateList& list = universe_.List(package);
  Item item;
  item.term = CostTerm(domains_, package, measure);
  item.best = UpToCandidate(list, measure, BestOf(list, measure, domains_.Domain(package)));
  return item;
}

// Makes a choice permanent outside of a session.
void Optimiser::Commit(const Choice& choice) {
  search_.CloseSession();
  search_.FixInSession(choice);
}

// The same of what turned out to be impossible.
void Optimiser::Forbid(const Choice& choice) {
  search_.CloseSession();
  search_.ForbidInSession(choice.package, choice.allowed);
}

absl::Status Optimiser::FixItems(std::vector<Item> items, const std::string& label,
                                 Step::Kind kind) {
  if (items.empty()) {
    return absl::OkStatus();
  }
  AddStep(kind, label, items);
  std::vector<PackageId> roots;
  std::vector<Distinguished> distinguished;
  for (const Item& item : items) {
    roots.push_back(item.term.package);
    if (!item.term.measure.has_value()) {
      distinguished.push_back({item.term.package, item.best});
    }
  }
  search_.Announce(std::move(roots), std::move(distinguished));
  ASSIGN_OR_RETURN(const bool all_best,
                   search_.is_one_cnf() ? absl::StatusOr<bool>(false) : FixAllBest(items));
  if (all_best) {
    AddLevel(label, SumOfCheapest(items), items);
  } else {
    RETURN_IF_ERROR(FixSumAndNames(items, label));
  }
  search_.Announce({}, {});
  search_.DropStaleModels();
  return absl::OkStatus();
}

// Usually everything can be at its best at once, and usually the last dive has shown it already: it
// decided in this very order. Then no better value has to be refuted, since what is better is in no
// domain. So a level costs one look at a model where nothing stands in the way.
absl::StatusOr<bool> Optimiser::FixAllBest(const std::vector<Item>& items) {
  std::vector<Choice> choices;
  for (const Item& item : items) {
    choices.push_back({item.term.package, item.best});
  }
  ASSIGN_OR_RETURN(const bool is_possible, search_.Feasible(choices, progress_));
  if (is_possible) {
    for (const Choice& choice : choices) {
      Commit(choice);
    }
  }
  return is_possible;
}

// After the domains shrank: steps that are gone go.
void Optimiser::Refresh(std::vector<Item>& items) {
  for (Item& item : items) {
    domains_.GroundBest(item.term.package);
  }
  for (Item& item : items) {
    const std::int64_t paid = item.paid;
    item = item.term.measure.has_value() ? CostItem(item.term.package, *item.term.measure)
                                         : SetItem(item.term.package, item.best);
    item.paid = paid;
  }
}

std::int64_t Optimiser::SumOfCheapest(const std::vector<Item>& items) {
  std::int64_t sum = 0;
  for (const Item& item : items) {
    sum += item.term.steps[0].cost;
  }
  return sum;
}

// The least that a plan found so far costs. Requires: there is one.
std::int64_t Optimiser::LeastKnownSum(const std::vector<Item>& items) const {
  std::optional<std::int64_t> least;
  search_.ForEachModel([&](const Model& model) {
    std::int64_t sum = 0;
    for (const Item& item : items) {
      sum += CostOf(universe_, item.term, model);
    }
    least = std::min(least.value_or(sum), sum);
  });
  return *least;
}

// Some plan has the sum, so no best one has a candidate that, with all others at their cheapest,
// would cost more. What that rules out may make others dearer, and so on.
void Optimiser::RuleOutTooDear(const std::vector<Item>& items, std::int64_t sum) {
  for (bool changed = true; changed;) {
    changed = false;
    std::int64_t slack = sum;
    for (const Item& item : items) {
      slack -= CostTerm(domains_, item.term.package, *item.term.measure).steps[0].cost;
    }
    for (const Item& item : items) {
      const PackageId package = item.term.package;
      const CandidateList& list = universe_.List(package);
      const std::int64_t least = CostTerm(domains_, package, *item.term.measure).steps[0].cost;
      const std::vector<Word> allowed = UpToCost(list, *item.term.measure, least + slack);
      if (!IsWithin(domains_.Domain(package), allowed)) {
        domains_.Restrict(package, allowed);
        changed = true;
      }
    }
    if (changed) {
      search_.CloseSession();
      domains_.Propagate();
      for (const Item& item : items) {
        domains_.GroundBest(item.term.package);
      }
    }
  }
}

absl::Status Optimiser::FixSumAndNames(std::vector<Item>& items, const std::string& label) {
  bool has_level = false;
  bool is_done = false;
  while (search_.is_one_cnf() && !is_done) {
    ASSIGN_OR_RETURN(is_done, FixSumBySat(items, label, &has_level));
  }
  if (is_done) {
    return absl::OkStatus();
  }
  search_.DropStaleModels();
  if (search_.has_model() && items[0].term.measure.has_value()) {
    RuleOutTooDear(items, LeastKnownSum(items));
  }
  ASSIGN_OR_RETURN(is_done, FixSumByDives(items, label, &has_level));
  while (!is_done) {
    ASSIGN_OR_RETURN(is_done, FixSumBySat(items, label, &has_level));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Optimiser::FixSumByDives(std::vector<Item>& items, const std::string& label,
                                              bool* has_level) {
  Refresh(items);
  std::vector<Term> terms;
  for (const Item& item : items) {
    terms.push_back(item.term);
  }
  LeastSum sum(terms, search_, progress_);
  ASSIGN_OR_RETURN(const std::optional<bool> found, sum.Find());
  if (found != true) {
    return false;  // If it says that there is no plan, MinimiseSum will complain.
  }
  AddLevel(label, sum.value(), items);
  *has_level = true;
  if (items[0].term.measure.has_value()) {
    RuleOutTooDear(items, sum.value());
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto ask = [&](const Choice& choice, std::int64_t cost) {
      return sum.Allows(i, choice, cost);
    };
    ASSIGN_OR_RETURN(const bool is_fixed, FixByName(items[i], ask));
    if (!is_fixed) {
      return false;
    }
    sum.Fix(i);
  }
  return true;
}

// Where dives gave up. No answer where a core wants candidates that are not in the clauses yet:
// they are grounded then, which can shrink the domains, so the terms are made anew. Each round
// grounds more of some name, and the names have finitely many candidates.
absl::StatusOr<bool> Optimiser::FixSumBySat(std::vector<Item>& items, const std::string& label,
                                            bool* has_level) {
  Refresh(items);
  std::vector<Term> terms;
  for (const Item& item : items) {
    terms.push_back(item.term);
    MakeAllSteps(domains_, terms.back());
  }
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> sum, MinimiseSum(terms, search_));
  if (!sum.has_value()) {
    return false;
  }
  if (!*has_level) {
    AddLevel(label, *sum, items);
    *has_level = true;
  }
  search_.KeepOnlyCurrentModel();
  const auto ask = [&](const Choice& choice, std::int64_t) -> QuickAnswer {
    const Literal literal = search_.SessionLiteral(choice);
    ASSIGN_OR_RETURN(const Search::OfSession answer, search_.SolveSession({&literal, 1}, nullptr));
    return answer == Search::OfSession::kAskAnew ? std::nullopt
                                                 : std::optional(answer == Search::OfSession::kYes);
  };
  bool is_done = true;
  for (std::size_t i = 0; i < items.size() && is_done; ++i) {
    ASSIGN_OR_RETURN(is_done, FixByName(items[i], ask));
  }
  search_.CloseSession();
  return is_done;
}

// As good as it can be among the plans of which the model is one: asked for anything better than
// the model has, until there is nothing. From there and not from the best on, because the model is
// usually the best already, and one refutation then is all; each yes brings a better model.
absl::StatusOr<bool> Optimiser::FixByName(const Item& item, const AskBetter& ask) {
  const PackageId package = item.term.package;
  const CandidateList& list = universe_.List(package);
  for (;;) {
    // What the model has, and what would be better.
    Choice fixed{package, item.best};
    Choice better = fixed;
    bool is_best = search_.model().Satisfies(fixed);
    const bool has_any = item.term.measure.has_value() || is_best;
    std::int64_t cost = 0;
    if (item.term.measure.has_value()) {
      const Position at = search_.model().Of(package);
      fixed.allowed = UpToCandidate(list, *item.term.measure, at);
      better.allowed = BetterThan(list, *item.term.measure, at);
      std::vector<Word> left = better.allowed;
      Intersect(left, domains_.Domain(package));
      is_best = IsEmpty(left);
      ForEach(left, [&](Position other) {
        cost = std::max(cost, CostOf(list.candidates[other], *item.term.measure));
      });
    }
    if (!is_best) {
      ASSIGN_OR_RETURN(const std::optional<bool> is_possible, ask(better, cost));
      if (!is_possible.has_value()) {
        return false;
      }
      if (*is_possible) {
        continue;
      }
      search_.ForbidInSession(package, better.allowed);
    }
    if (has_any) {
      search_.FixInSession(fixed);
    }
    return true;
  }
}

}  // namespace satchel
