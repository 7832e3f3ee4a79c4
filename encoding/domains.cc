// The state of the domains, and undo. All domains lie in one array of words, so that a change of
// one is a trail entry of a word and its old value, whatever the package: a mark costs nothing,
// undoing is linear in what has changed since.
//
// Invariant, between the functions that others call: what is in a domain and not in the queue has
// had its consequences drawn, but for supports (Propagate).

#include "encoding/domains.h"

#include <algorithm>

namespace satchel {

Domains::PackageState& Domains::NewState(PackageId package) {
  if (packages_.size() <= package.index()) {
    packages_.resize(package.index() + 1);
  }
  PackageState& state = packages_[package.index()];
  if (!state.known) {
    const std::size_t size = universe_.NumCandidates(package);
    state.known = true;
    state.first_word = static_cast<std::uint32_t>(words_.size());
    state.num_words = static_cast<std::uint32_t>(WordsFor(size));
    std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
    if (limit_) {
      limit_(package, all);
    }
    words_.insert(words_.end(), all.begin(), all.end());
  }
  return state;
}

Domains::RequirementState& Domains::State(RequirementId requirement) {
  if (requirements_.size() <= requirement.index()) {
    requirements_.resize(requirement.index() + 1);
  }
  return requirements_[requirement.index()];
}

bool Domains::IsRequired(PackageId package) const {
  return package.index() < packages_.size() && packages_[package.index()].required;
}

std::span<const Word> Domains::Domain(PackageId package) const {
  const PackageState& state = const_cast<Domains*>(this)->State(package);
  return {words_.data() + state.first_word, state.num_words};
}

bool Domains::IsSingle(PackageId package) const {
  const std::span<const Word> domain = Domain(package);
  const Position first = FirstFrom(domain);
  return first != kNoPosition && FirstFrom(domain, first + 1) == kNoPosition;
}

void Domains::Enqueue(PackageId package) {
  PackageState& state = State(package);
  if (!state.queued) {
    state.queued = true;
    queue_.push_back(package);
  }
}

void Domains::Record(Change::Kind kind, std::uint32_t index, PackageId package, Word old) {
  trail_.push_back({kind, cause_.kind, index, package, cause_.value, old});
}

void Domains::SetWord(PackageId package, std::uint32_t word, Word value) {
  const std::uint32_t index = packages_[package.index()].first_word + word;
  if (words_[index] != value) {
    Record(Change::Kind::kWord, index, package, words_[index]);
    words_[index] = value;
    Enqueue(package);
  }
}

void Domains::Require(PackageId package) {
  PackageState& state = State(package);
  if (!state.required) {
    state.required = true;
    required_.push_back(package);
    Record(Change::Kind::kRequired, 0, package, 0);
    Enqueue(package);
  }
}

void Domains::Restrict(PackageId package, std::span<const Word> allowed) {
  const PackageState& state = State(package);
  const std::uint32_t first_word = state.first_word;
  const std::uint32_t num_words = state.num_words;
  for (std::uint32_t w = 0; w < num_words; ++w) {
    SetWord(package, w, words_[first_word + w] & allowed[w]);
  }
}

void Domains::Remove(PackageId package, Position at) {
  const auto w = static_cast<std::uint32_t>(at / kWordBits);
  const std::uint32_t first_word = State(package).first_word;
  SetWord(package, w, words_[first_word + w] & ~(Word{1} << (at % kWordBits)));
}

void Domains::RemoveAll(PackageId package, std::span<const Word> removed) {
  const std::uint32_t first_word = State(package).first_word;
  for (std::uint32_t w = 0; w < removed.size(); ++w) {
    SetWord(package, w, words_[first_word + w] & ~removed[w]);
  }
}

// Grounding is not undone: what a candidate depends on is true whatever was tried when it was
// looked at, and to look again would cost the same again. But what followed from it was concluded
// deeper than the mark, and is undone. So three kinds of conclusions are kept and drawn anew here:
// supports that nobody asked for then, removals of candidates whose requirement was dead already,
// and nogoods of one package.
void Domains::UndoTo(Mark mark) {
  failed_ = false;
  for (const PackageId package : queue_) {
    State(package).queued = false;
  }
  std::vector<PackageId> pending;
  pending.swap(queue_);
  ForgetSince(mark);
  while (trail_.size() > mark) {
    const Change change = trail_.back();
    trail_.pop_back();
    switch (change.kind) {
      case Change::Kind::kWord:
        words_[change.index] = change.old;
        break;
      case Change::Kind::kRequired:
        State(change.package).required = false;
        required_.pop_back();
        break;
      case Change::Kind::kDead: {
        const RequirementId requirement(change.index);
        State(requirement).dead = false;
        // Found dead while deeper: it has to be looked at again here, as it was used there first.
        if (State(requirement).support == kNoPosition) {
          Open(requirement);
        }
        break;
      }
    }
  }
  WakeRequirements(mark);
  RepeatLateRemovals(mark);
  RepeatExclusions(mark);
  // What grounding brought up but was not looked at before the conflict.
  for (const PackageId package : pending) {
    Enqueue(package);
  }
}

// Who uses them may be left again.
void Domains::WakeRequirements(Mark mark) {
  while (!sleeping_.empty() && sleeping_.back().found_at > mark) {
    Open(sleeping_.back().requirement);
    sleeping_.pop_back();
  }
}

// Candidates grounded deeper on a requirement that was dead up here already: removed there, so
// again here.
void Domains::RepeatLateRemovals(Mark mark) {
  std::size_t first = late_.size();
  while (first > 0 && late_[first - 1].found_at > mark) {
    --first;
  }
  for (std::size_t i = first; i < late_.size(); ++i) {
    if (State(late_[i].requirement).dead) {
      SetCause(late_[i].user, late_[i].requirement);
    }
    late_[i].found_at = trail_.size();  // The removal just made is undone below this only.
  }
}

}  // namespace satchel
