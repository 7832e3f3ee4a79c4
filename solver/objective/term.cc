#include "solver/objective/term.h"

#include <algorithm>
#include <utility>

namespace satchel {
namespace {

// One past the last candidate with a lag of at most `lag`.
Position EndOfLag(const CandidateList& list, std::int64_t lag) {
  const auto end =
      std::partition_point(list.candidates.begin(), list.candidates.end(),
                           [&](const Candidate& candidate) { return candidate.lag <= lag; });
  return static_cast<Position>(end - list.candidates.begin());
}

template <typename IsWanted>
std::vector<Word> Select(const CandidateList& list, IsWanted is_wanted) {
  std::vector<Word> set(WordsFor(list.candidates.size()), 0);
  for (Position at = 0; at < list.candidates.size(); ++at) {
    if (is_wanted(list.candidates[at])) {
      Insert(set, at);
    }
  }
  return set;
}

// Less is better.
std::pair<std::int64_t, std::uint32_t> Goodness(const Candidate& candidate, Measure measure) {
  return {CostOf(candidate, measure), candidate.lag};
}

}  // namespace

std::vector<Word> UpToCost(const CandidateList& list, Measure measure, std::int64_t cost) {
  if (list.lag_is_cost) {
    return RangeSet(list.candidates.size(), 0, EndOfLag(list, cost));
  }
  return Select(list,
                [&](const Candidate& candidate) { return CostOf(candidate, measure) <= cost; });
}

std::optional<std::int64_t> NextCost(const CandidateList& list, Measure measure,
                                     std::span<const Word> among, std::int64_t above) {
  if (list.lag_is_cost) {
    const Position first = EndOfLag(list, above);
    const Position next = first < list.candidates.size() ? FirstFrom(among, first) : kNoPosition;
    return next == kNoPosition ? std::nullopt
                               : std::optional<std::int64_t>(list.candidates[next].lag);
  }
  std::optional<std::int64_t> least;
  ForEach(among, [&](Position at) {
    const std::int64_t cost =
        at < list.candidates.size() ? CostOf(list.candidates[at], measure) : above;
    if (cost > above && (!least.has_value() || cost < *least)) {
      least = cost;
    }
  });
  return least;
}

std::vector<Word> UpToCandidate(const CandidateList& list, Measure measure, Position at) {
  const Candidate& that = list.candidates[at];
  if (list.lag_is_cost) {
    return RangeSet(list.candidates.size(), 0, EndOfLag(list, that.lag));
  }
  return Select(list, [&](const Candidate& candidate) {
    return Goodness(candidate, measure) <= Goodness(that, measure);
  });
}

std::vector<Word> BetterThan(const CandidateList& list, Measure measure, Position at) {
  const Candidate& that = list.candidates[at];
  if (list.lag_is_cost) {
    return RangeSet(list.candidates.size(), 0, EndOfLag(list, std::int64_t{that.lag} - 1));
  }
  return Select(list, [&](const Candidate& candidate) {
    return Goodness(candidate, measure) < Goodness(that, measure);
  });
}

Position BestOf(const CandidateList& list, Measure measure, std::span<const Word> among) {
  Position best = FirstFrom(among);
  if (!list.lag_is_cost) {
    ForEach(among, [&](Position at) {
      if (Goodness(list.candidates[at], measure) < Goodness(list.candidates[best], measure)) {
        best = at;
      }
    });
  }
  return best;
}

Term CostTerm(const Domains& domains, PackageId package, Measure measure) {
  const CandidateList& list = domains.universe().List(package);
  const Position best = BestOf(list, measure, domains.Domain(package));
  const std::int64_t least = CostOf(list.candidates[best], measure);
  Term term;
  term.package = package;
  term.steps.push_back({UpToCost(list, measure, least), least});
  term.measure = measure;
  return term;
}

bool HasStep(const Domains& domains, Term& term, std::size_t i) {
  while (term.measure.has_value() && term.steps.size() <= i) {
    const CandidateList& list = domains.universe().List(term.package);
    const std::optional<std::int64_t> next =
        NextCost(list, *term.measure, domains.Domain(term.package), term.steps.back().cost);
    if (!next.has_value()) {
      return false;
    }
    term.steps.push_back({UpToCost(list, *term.measure, *next), *next});
  }
  return i < term.steps.size();
}

void MakeAllSteps(const Domains& domains, Term& term) {
  while (HasStep(domains, term, term.steps.size())) {
  }
}

std::int64_t CostOf(const Universe& universe, const Term& term, const Model& model) {
  const Position at = model.Of(term.package);
  if (term.measure.has_value() && at != kNoPosition) {
    return CostOf(universe.List(term.package).candidates[at], *term.measure);
  }
  for (const Term::Step& step : term.steps) {
    if (model.Satisfies({term.package, step.allowed})) {
      return step.cost;
    }
  }
  return term.cost_otherwise;
}

std::int64_t CostOf(const Universe& universe, const std::vector<Term>& terms, const Model& model) {
  std::int64_t sum = 0;
  for (const Term& term : terms) {
    sum += CostOf(universe, term, model);
  }
  return sum;
}

}  // namespace satchel
