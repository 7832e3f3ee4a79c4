// One level or step: everything at its best, or else the least greatest lag, the least sum, by
// name.

#include <algorithm>

#include "base/status_macros.h"
#include "solver/objective/least_sum.h"
#include "solver/objective/optimiser.h"

namespace satchel {

Optimiser::Item Optimiser::SetItem(PackageId package, std::vector<Word> set) {
  Item item;
  item.term = {package, {{set, 0}}, 1, false};
  item.best = std::move(set);
  return item;
}

// Requires: a candidate is left.
Optimiser::Item Optimiser::RankItem(PackageId package) {
  const CandidateList& list = universe_.List(package);
  const std::uint32_t rank_class = list.candidates[domains_.Best(package)].rank_class;
  Item item;
  item.term = LagTerm(domains_, package);
  item.best = RangeSet(list.candidates.size(), 0, list.class_end[rank_class]);
  item.first = rank_class == 0 ? 0 : list.class_end[rank_class - 1];
  return item;
}

absl::Status Optimiser::FixStep(const std::vector<PackageId>& step, const std::string& label) {
  // All of them first: grounding the best of one may take the best of another, from which its rank
  // and lag are counted.
  std::vector<Item> items;
  for (const PackageId package : step) {
    domains_.Require(package);
    domains_.GroundBest(package);
  }
  for (const PackageId package : step) {
    items.push_back(RankItem(package));
  }
  if (certificate_ == nullptr && !items.empty() && AreSettled(domains_, step)) {
    AddStep(Step::Kind::kRank, label, items);
    AddBestLevels(items, label, true);
  } else {
    RETURN_IF_ERROR(FixItems(std::move(items), label, Step::Kind::kRank));
  }
  Decide(step);
  return absl::OkStatus();
}

void Optimiser::Decide(const std::vector<PackageId>& step) {
  progress_.Decide(step);
}

// Makes a choice permanent outside of a session.
void Optimiser::Permit(const Choice& choice) {
  if (certificate_ != nullptr) {
    certificate_->claims.push_back(Certificate::Fixed{choice});
  }
  search_.CloseSession();
  domains_.Restrict(choice.package, choice.allowed);
  domains_.Require(choice.package);
  domains_.Propagate();
}

void Optimiser::AddBestLevels(const std::vector<Item>& items, const std::string& label,
                              bool by_greatest) {
  std::int64_t greatest = 0;
  std::int64_t sum = 0;
  for (const Item& item : items) {
    greatest = std::max(greatest, item.term.steps[0].cost);
    sum += item.term.steps[0].cost;
  }
  if (by_greatest) {
    AddLevel(label + ": greatest lag", greatest);
  }
  AddLevel(by_greatest ? label + ": total lag" : label, sum);
}

absl::Status Optimiser::FixItems(std::vector<Item> items, const std::string& label,
                                 Step::Kind kind) {
  if (items.empty()) {
    return absl::OkStatus();
  }
  const bool by_greatest = kind == Step::Kind::kRank;
  AddStep(kind, label, items);
  std::vector<PackageId> roots;
  std::vector<Distinguished> distinguished;
  for (const Item& item : items) {
    roots.push_back(item.term.package);
    if (!by_greatest) {
      distinguished.push_back({item.term.package, item.best});
    }
  }
  search_.Announce(std::move(roots), std::move(distinguished));
  if (certificate_ != nullptr) {
    certificate_->claims.push_back(Certificate::Level{levels_.size()});
  }
  ASSIGN_OR_RETURN(const bool all_best, FixAllBest(items));
  if (all_best) {
    AddBestLevels(items, label, by_greatest);
  } else {
    if (by_greatest) {
      RETURN_IF_ERROR(FixGreatest(items, label));
    }
    RETURN_IF_ERROR(FixSumAndNames(items, label + (by_greatest ? ": total lag" : "")));
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
    for (const Item& item : items) {
      if (item.term.by_lag) {
        ClaimBetterImpossible(item.term.package, item.first);
      }
    }
    for (const Choice& choice : choices) {
      Permit(choice);
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
    item = item.term.by_lag ? RankItem(item.term.package) : SetItem(item.term.package, item.best);
  }
}

absl::Status Optimiser::FixGreatest(std::vector<Item>& items, const std::string& label) {
  std::vector<PackageId> packages;
  for (const Item& item : items) {
    packages.push_back(item.term.package);
  }
  ASSIGN_OR_RETURN(const std::int64_t greatest, MinimiseGreatest(packages, search_, progress_));
  AddLevel(label + ": greatest lag", greatest);
  ClaimLeastGreatest(packages, greatest);
  for (const PackageId package : packages) {
    Permit({package, UpToLag(universe_, package, greatest)});
  }
  return absl::OkStatus();
}

absl::Status Optimiser::FixSumAndNames(std::vector<Item>& items, const std::string& label) {
  bool has_level = false;
  ASSIGN_OR_RETURN(bool is_done, FixSumByDives(items, label, &has_level));
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
  AddLevel(label, sum.value());
  *has_level = true;
  ClaimLeastSum(items, sum.value());
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
    AddLevel(label, *sum);
    *has_level = true;
  }
  ClaimLeastSum(items, *sum);
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
  const std::size_t size = list.candidates.size();
  for (;;) {
    // What the model has, and what would be better.
    Choice fixed{package, item.best};
    Choice better = fixed;
    bool is_best = search_.model().Satisfies(fixed);
    const bool has_any = item.term.by_lag || is_best;
    std::int64_t cost = 0;
    if (item.term.by_lag) {
      const std::uint32_t rank_class = list.candidates[search_.model().Of(package)].rank_class;
      const Position begin = rank_class == 0 ? 0 : list.class_end[rank_class - 1];
      fixed.allowed = RangeSet(size, 0, list.class_end[rank_class]);
      better.allowed = RangeSet(size, 0, begin);
      const Position last = LastCommon(better.allowed, domains_.Domain(package));
      is_best = last == kNoPosition;
      cost = is_best ? 0 : list.candidates[last].lag;
    }
    if (!is_best) {
      ASSIGN_OR_RETURN(const std::optional<bool> is_possible, ask(better, cost));
      if (!is_possible.has_value()) {
        return false;
      }
      if (*is_possible) {
        continue;
      }
      ClaimImpossible(package, better.allowed);
      domains_.RemoveAll(package, better.allowed);
      domains_.Propagate();
    }
    if (has_any) {
      if (certificate_ != nullptr) {
        certificate_->claims.push_back(Certificate::Fixed{fixed});
      }
      search_.FixInSession(fixed);
    }
    return true;
  }
}

// --- Claims ------------------------------------------------------------------------------------

void Optimiser::ClaimImpossible(PackageId package, std::vector<Word> set) {
  if (certificate_ != nullptr && !IsEmpty(set)) {
    certificate_->claims.push_back(Certificate::Impossible{{{package, std::move(set)}}});
  }
}

// That no candidate before `chosen` can be had; those of its own rank class only if it is decided.
void Optimiser::ClaimBetterImpossible(PackageId package, Position chosen) {
  if (certificate_ != nullptr) {
    const std::size_t size = universe_.NumCandidates(package);
    ClaimImpossible(package, RangeSet(size, 0, chosen));
  }
}

void Optimiser::ClaimLeastGreatest(const std::vector<PackageId>& packages, std::int64_t value) {
  if (certificate_ == nullptr || value == 0) {
    return;
  }
  Certificate::Impossible claim;
  for (const PackageId package : packages) {
    claim.choices.push_back({package, UpToLag(universe_, package, value - 1)});
  }
  certificate_->claims.push_back(std::move(claim));
}

void Optimiser::ClaimLeastSum(const std::vector<Item>& items, std::int64_t value) {
  if (certificate_ == nullptr) {
    return;
  }
  Certificate::LeastSum claim{{}, value};
  for (const Item& item : items) {
    claim.terms.push_back(item.term);
    MakeAllSteps(domains_, claim.terms.back());
  }
  certificate_->claims.push_back(std::move(claim));
}

}  // namespace satchel
