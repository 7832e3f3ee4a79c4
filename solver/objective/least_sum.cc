#include "solver/objective/least_sum.h"

#include <utility>

#include "base/status_macros.h"

namespace satchel {
namespace {

// Where one question has more cores, there are usually hundreds, alike but for the names, as many
// ways to share out what has to be paid; counters (MinimiseSum) tell them all at once.
constexpr int kMaxCores = 30;

}  // namespace

LeastSum::LeastSum(std::vector<Term>& terms, Search& search, const Progress& progress)
    : terms_(terms),
      search_(search),
      progress_(progress),
      cheapest_(terms.size(),
                [this](std::size_t term, std::size_t level) { return CostOfLevel(term, level); }),
      seen_(search.domains().Now()) {
  search_.DropStaleModels();
}

// The steps, and "otherwise" as the last level.
std::optional<std::int64_t> LeastSum::CostOfLevel(std::size_t term, std::size_t level) {
  Term& of = terms_[term];
  if (HasStep(search_.domains(), of, level)) {
    return of.steps[level].cost;
  }
  if (level == of.steps.size() && of.cost_otherwise >= 0) {
    return of.cost_otherwise;
  }
  return std::nullopt;
}

std::size_t LeastSum::LevelOf(std::size_t term, std::int64_t cost) {
  std::size_t level = 0;
  while (CostOfLevel(term, level).value_or(cost) < cost) {
    ++level;
  }
  return level;
}

// The lowest level on which the term can have one of the candidates `instead`.
std::size_t LeastSum::LevelNeeded(std::size_t term, std::span<const Word> instead) {
  const Term& of = terms_[term];
  if (!of.measure.has_value()) {
    return 1;  // That it does without its set.
  }
  const CandidateList& list = search_.universe().List(of.package);
  const std::optional<std::int64_t> cost = NextCost(list, *of.measure, instead, -1);
  return cost.has_value() ? LevelOf(term, *cost)
                          : of.steps.size() + list.candidates.size();  // None.
}

QuickAnswer LeastSum::Find() {
  return Ask(nullptr);
}

QuickAnswer LeastSum::Allows(std::size_t term, const Choice& choice, std::int64_t cost) {
  const Question question{term, &choice, LevelOf(term, cost)};
  cheapest_.SetHighest(term, question.level);
  return Ask(&question);
}

void LeastSum::Fix(std::size_t term) {
  const std::size_t level =
      LevelOf(term, CostOf(search_.universe(), terms_[term], search_.model()));
  cheapest_.SetLowest(term, level);
  cheapest_.SetHighest(term, level);
}

// Invariant: cheapest_ holds cores only, that is, what every plan satisfies (with what was fixed),
// so the cost of its cheapest levels bounds the sum from below. A plan on those levels therefore
// has the least sum, and is found with the first yes; a no is another core, which those levels do
// not satisfy, so they do not come again. Each round costs a dive and a branch and bound over a
// handful of cores.
QuickAnswer LeastSum::Ask(const Question* question) {
  if (const Domains::Mark now = search_.domains().Now(); now != seen_) {
    search_.DropStaleModels();
    seen_ = now;
  }
  std::vector<HittingSet::Core> only_here;
  for (int i = 0; i < kMaxCores; ++i) {
    HittingSet::Cheapest cheapest;
    const HittingSet::Result result = cheapest_.Find(only_here, &cheapest);
    if (result == HittingSet::Result::kGaveUp) {
      return std::nullopt;
    }
    if (result == HittingSet::Result::kNone || (question != nullptr && cheapest.cost > value_)) {
      return false;
    }
    value_ = cheapest.cost;
    const auto is_answer = [&](const Model& model) {
      return (question == nullptr || model.Satisfies(*question->choice)) &&
             CostOf(search_.universe(), terms_, model) == value_;
    };
    if (search_.UseModel(is_answer)) {
      return true;
    }
    std::vector<Choice> choices;
    std::vector<std::size_t> term_of_choice;
    for (std::size_t t = 0; t < terms_.size(); ++t) {
      const std::size_t level = cheapest.levels[t];
      if (question != nullptr && t == question->term && level == question->level) {
        choices.push_back(*question->choice);
      } else if (level < terms_[t].steps.size()) {
        choices.push_back({terms_[t].package, terms_[t].steps[level].allowed});
      } else {
        continue;  // Whatever it is.
      }
      term_of_choice.push_back(t);
    }
    Core core;
    ASSIGN_OR_RETURN(const std::optional<bool> answer,
                     search_.FeasibleByDive(choices, progress_, &core));
    if (answer != false) {
      return answer;
    }
    // One of the core's terms has to do with worse, and the dive says with how much worse at least
    // (CoreMember::instead): that saves the rounds for the levels between.
    HittingSet::Core members;
    bool is_of_question = false;
    for (const CoreMember& member : core) {
      const std::size_t t = term_of_choice[member.choice];
      const std::size_t needed = LevelNeeded(t, member.instead);
      // Only where it was asked for less than its level is wanted: else leaving it out of the core
      // would claim too much.
      const bool asks =
          question != nullptr && t == question->term && cheapest.levels[t] == question->level;
      if (asks && needed <= question->level) {
        is_of_question = true;  // Within its level it could do with worse, but that was not asked.
      } else {
        members.push_back({t, needed - 1});
      }
    }
    if (members.empty()) {
      return false;
    }
    if (is_of_question) {
      only_here.push_back(std::move(members));
    } else {
      cheapest_.Add(std::move(members));
    }
  }
  return std::nullopt;
}

}  // namespace satchel
