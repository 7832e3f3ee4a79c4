#include "solver/objective/term.h"

#include <algorithm>

namespace satchel {
namespace {

// One past the last candidate with a lag of at most `lag`.
Position EndOfLag(const CandidateList& list, std::int64_t lag) {
  const auto end =
      std::partition_point(list.candidates.begin(), list.candidates.end(),
                           [&](const Candidate& candidate) { return candidate.lag <= lag; });
  return static_cast<Position>(end - list.candidates.begin());
}

}  // namespace

std::vector<Word> UpToLag(const Universe& universe, PackageId package, std::int64_t lag) {
  const CandidateList& list = universe.List(package);
  return RangeSet(list.candidates.size(), 0, EndOfLag(list, lag));
}

std::int64_t NextLag(const Domains& domains, PackageId package, std::int64_t lag, Position from) {
  const CandidateList& list = domains.universe().List(package);
  if (from >= list.candidates.size()) {
    return -1;
  }
  const Position next = FirstFrom(domains.Domain(package), std::max(from, EndOfLag(list, lag)));
  return next == kNoPosition ? -1 : static_cast<std::int64_t>(list.candidates[next].lag);
}

Term LagTerm(const Domains& domains, PackageId package) {
  const Universe& universe = domains.universe();
  const std::int64_t least = universe.List(package).candidates[domains.Best(package)].lag;
  Term term;
  term.package = package;
  term.steps.push_back({UpToLag(universe, package, least), least});
  term.by_lag = true;
  return term;
}

bool HasStep(const Domains& domains, Term& term, std::size_t i) {
  while (term.by_lag && term.steps.size() <= i) {
    const std::int64_t next = NextLag(domains, term.package, term.steps.back().cost, 0);
    if (next < 0) {
      return false;
    }
    term.steps.push_back({UpToLag(domains.universe(), term.package, next), next});
  }
  return i < term.steps.size();
}

void MakeAllSteps(const Domains& domains, Term& term) {
  while (HasStep(domains, term, term.steps.size())) {
  }
}

std::int64_t CostOf(const Universe& universe, const Term& term, const Model& model) {
  const Position at = model.Of(term.package);
  if (term.by_lag && at != kNoPosition) {
    return universe.List(term.package).candidates[at].lag;
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
