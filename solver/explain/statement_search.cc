#include "solver/explain/statement_search.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "solver/explain/statements.h"

namespace satchel {
StatementSearch::StatementSearch(const Universe& universe, std::span<const Statement> lines)
    : universe_(universe), lines_(lines), place_of_(universe.num_packages(), kNone) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> families;
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const Statement& line = lines[i];
    Sets sets = {kNone, kNone, 0, 0, kNone};
    if (line.subject.ok()) {
      sets.subject = PlaceOf(line.subject);
      sets.who = AddSet(sets.subject, line.who, false);
    }
    if (line.target.ok()) {
      sets.target = PlaceOf(line.target);
      sets.allowed = AddSet(sets.target, line.allowed, line.kind != Statement::Kind::kVirtual);
    }
    if (line.kind == Statement::Kind::kNeeds) {
      const auto [known, is_new] = families.try_emplace(
          {sets.subject, sets.target}, static_cast<std::uint32_t>(families_.size()));
      if (is_new) {
        families_.emplace_back();
      }
      sets.family = known->second;
      families_[sets.family].push_back(i);
    }
    for (const std::uint32_t place : {sets.subject, sets.target}) {
      if (place != kNone) {
        places_[place].lines.push_back(i);
      }
    }
    sets_of_.push_back(sets);
  }
}

std::uint32_t StatementSearch::PlaceOf(PackageId package) {
  std::uint32_t& index = place_of_[package.index()];
  if (index == kNone) {
    index = static_cast<std::uint32_t>(places_.size());
    const bool is_virtual = universe_.IsVirtual(package);
    const std::size_t size = universe_.NumCandidates(package) + (is_virtual ? 1 : 0);
    const std::uint32_t first =
        places_.empty() ? 0 : places_.back().first_word + places_.back().num_words;
    places_.push_back({package,
                       static_cast<std::uint32_t>(size),
                       first,
                       static_cast<std::uint32_t>(WordsFor(size)),
                       is_virtual,
                       {}});
  }
  return index;
}

std::uint32_t StatementSearch::AddSet(std::uint32_t place, const std::vector<Word>& set,
                                      bool with_imaginary) {
  const auto first = static_cast<std::uint32_t>(sets_.size());
  sets_.insert(sets_.end(), set.begin(), set.end());
  sets_.resize(first + places_[place].num_words, 0);
  if (with_imaginary && places_[place].is_virtual) {
    Insert({sets_.data() + first, places_[place].num_words}, places_[place].size - 1);
  }
  return first;
}

std::span<const Word> StatementSearch::Domain(std::uint32_t place) const {
  return {domains_.data() + places_[place].first_word, places_[place].num_words};
}

std::span<const Word> StatementSearch::Set(std::uint32_t place, std::uint32_t first) const {
  return {sets_.data() + first, places_[place].num_words};
}

// --- Changes

void StatementSearch::Enqueue(std::uint32_t place) {
  for (const std::uint32_t line : places_[place].lines) {
    if (active_[line] && !queued_[line]) {
      queued_[line] = true;
      queue_.push_back(line);
    }
  }
}

void StatementSearch::SetWord(std::uint32_t place, std::uint32_t word, Word value, Cause cause,
                              std::uint32_t line) {
  Word& now = domains_[places_[place].first_word + word];
  if (now != value) {
    trail_.push_back({place, word, cause, line, now});
    now = value;
    Enqueue(place);
  }
}

void StatementSearch::Restrict(std::uint32_t place, std::span<const Word> allowed, Cause cause,
                               std::uint32_t line) {
  for (std::uint32_t w = 0; w < allowed.size(); ++w) {
    SetWord(place, w, Domain(place)[w] & allowed[w], cause, line);
  }
}

void StatementSearch::Remove(std::uint32_t place, std::span<const Word> set, Cause cause,
                             std::uint32_t line) {
  for (std::uint32_t w = 0; w < set.size(); ++w) {
    SetWord(place, w, Domain(place)[w] & ~set[w], cause, line);
  }
}

void StatementSearch::Require(std::uint32_t place, Cause cause, std::uint32_t line) {
  if (!required_[place]) {
    required_[place] = true;
    trail_.push_back({place, kNone, cause, line, 0});
    Enqueue(place);
  }
}

// --- Rules: each removes only what the lines forbid.

void StatementSearch::Apply(std::uint32_t i) {
  const Statement& line = lines_[i];
  const Sets& sets = sets_of_[i];
  if (line.Hides()) {
    Remove(sets.subject, Set(sets.subject, sets.who), Cause::kLine, i);
    return;
  }
  const std::span<const Word> allowed = Set(sets.target, sets.allowed);
  if (!line.subject.ok()) {
    if (line.Demands()) {
      Require(sets.target, Cause::kLine, i);
    }
    Restrict(sets.target, allowed, Cause::kLine, i);
    return;
  }
  const std::span<const Word> who = Set(sets.subject, sets.who);
  if ((line.Demands() || required_[sets.target]) &&
      FirstCommon(Domain(sets.target), allowed) == kNoPosition) {
    Remove(sets.subject, who, Cause::kNoTarget, i);
  }
  if (!required_[sets.subject]) {
    return;
  }
  if (IsWithin(Domain(sets.subject), who)) {
    if (line.Demands()) {
      Require(sets.target, Cause::kSubject, i);
    }
    Restrict(sets.target, allowed, Cause::kSubject, i);
  } else if (line.Demands()) {
    ApplyFamily(sets.family);
  }
}

// Where each candidate left needs the target, it must be there, out of what one of them allows.
void StatementSearch::ApplyFamily(std::uint32_t family) {
  const Sets& first = sets_of_[families_[family].front()];
  const std::span<const Word> domain = Domain(first.subject);
  std::vector<Word> covered(domain.size(), 0);
  std::vector<Word> any(places_[first.target].num_words, 0);
  for (const std::uint32_t line : families_[family]) {
    const std::span<const Word> who = Set(first.subject, sets_of_[line].who);
    if (!active_[line] || FirstCommon(domain, who) == kNoPosition) {
      continue;
    }
    const std::span<const Word> allowed = Set(first.target, sets_of_[line].allowed);
    Unite(covered, who);
    Unite(any, allowed);
  }
  if (IsWithin(domain, covered)) {
    Require(first.target, Cause::kFamily, family);
    Restrict(first.target, any, Cause::kFamily, family);
  }
}

bool StatementSearch::Propagate() {
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    const std::uint32_t line = queue_[next];
    queued_[line] = false;
    Apply(line);
    for (const std::uint32_t place : {sets_of_[line].subject, sets_of_[line].target}) {
      if (place != kNone && required_[place] && IsEmpty(Domain(place))) {
        failed_ = place;
        for (; next < queue_.size(); ++next) {
          queued_[queue_[next]] = false;
        }
        queue_.clear();
        return false;
      }
    }
  }
  queue_.clear();
  return true;
}

// --- Search

StatementSearch::Result StatementSearch::Run(const std::vector<bool>& active, int max_decisions) {
  active_ = active;
  decisions_left_ = max_decisions;
  trail_.clear();
  queue_.clear();
  queued_.assign(lines_.size(), false);
  required_.assign(places_.size(), false);
  domains_.clear();
  for (std::uint32_t place = 0; place < places_.size(); ++place) {
    const std::vector<Word> all = RangeSet(places_[place].size, 0, places_[place].size);
    domains_.insert(domains_.end(), all.begin(), all.end());
    // What is on the machine is there whether or not someone asks.
    required_[place] = places_[place].is_virtual && places_[place].size > 1;
    Enqueue(place);
  }
  return Refute();
}

// On kImpossible why_ says what it rests on of what was so before, and the trail is as it was.
StatementSearch::Result StatementSearch::Refute() {
  const std::size_t start = trail_.size();
  if (!Propagate()) {
    why_.removed.assign(domains_.size(), 0);
    why_.required.assign(places_.size(), false);
    why_.lines.assign(lines_.size(), false);
    NeedDomain(failed_);
    GoBack(start);
    return Result::kImpossible;
  }
  std::uint32_t open = 0;
  std::vector<Word> one;
  while (open < places_.size() &&
         (!required_[open] || IsWithin(Domain(open), one = ClassOf(open)))) {
    ++open;
  }
  if (open == places_.size()) {
    return Result::kPossible;
  }
  if (--decisions_left_ < 0) {
    return Result::kGaveUp;
  }
  const std::size_t before = trail_.size();
  Restrict(open, one, Cause::kDecision, 0);
  if (const Result result = Refute(); result != Result::kImpossible) {
    return result;
  }
  if (GoBack(before)) {
    const Why first = why_;
    Remove(open, one, Cause::kDecision, 0);
    if (const Result result = Refute(); result != Result::kImpossible) {
      return result;
    }
    if (GoBack(before)) {
      Unite(why_.removed, first.removed);
      for (std::size_t place = 0; place < places_.size(); ++place) {
        why_.required[place] = why_.required[place] || first.required[place];
      }
      for (std::size_t line = 0; line < lines_.size(); ++line) {
        why_.lines[line] = why_.lines[line] || first.lines[line];
      }
    }
  }
  GoBack(start);
  return Result::kImpossible;
}

// The first candidate left and those that no active line tells apart from it.
std::vector<Word> StatementSearch::ClassOf(std::uint32_t place) const {
  std::vector<Word> one(Domain(place).begin(), Domain(place).end());
  const Position at = FirstFrom(one);
  const auto split = [&](std::span<const Word> set) {
    const bool has = Contains(set, at);
    has ? Intersect(one, set) : Subtract(one, set);
  };
  for (const std::uint32_t line : places_[place].lines) {
    if (active_[line]) {
      if (sets_of_[line].subject == place) {
        split(Set(place, sets_of_[line].who));
      }
      if (sets_of_[line].target == place) {
        split(Set(place, sets_of_[line].allowed));
      }
    }
  }
  return one;
}

std::vector<std::pair<PackageId, std::vector<Position>>> StatementSearch::Model() const {
  std::vector<std::pair<PackageId, std::vector<Position>>> model;
  for (std::uint32_t place = 0; place < places_.size(); ++place) {
    std::vector<Position> members;
    ForEach(Domain(place), [&](Position at) {
      if (!places_[place].is_virtual || at + 1 < places_[place].size) {
        members.push_back(at);
      }
    });
    if (required_[place] && !members.empty()) {
      model.emplace_back(places_[place].package, std::move(members));
    }
  }
  return model;
}

}  // namespace satchel
