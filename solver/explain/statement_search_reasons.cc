// What a failure rests on.

#include "solver/explain/statement_search.h"
#include "solver/explain/statements.h"

namespace satchel {

// That the place must be there and has no more candidates than it has.
void StatementSearch::NeedDomain(std::uint32_t place) {
  why_.required[place] = true;
  for (std::uint32_t w = 0; w < places_[place].num_words; ++w) {
    why_.removed[places_[place].first_word + w] |= ~Domain(place)[w];
  }
}

void StatementSearch::NeedCause(const Change& change) {
  const auto need_removed = [&](std::uint32_t place, std::span<const Word> set, Word flip) {
    for (std::uint32_t w = 0; w < set.size(); ++w) {
      why_.removed[places_[place].first_word + w] |= set[w] ^ flip;
    }
  };
  if (change.cause == Cause::kFamily) {
    const std::uint32_t subject = sets_of_[families_[change.line].front()].subject;
    for (const std::uint32_t line : families_[change.line]) {
      if (active_[line] &&
          FirstCommon(Domain(subject), Set(subject, sets_of_[line].who)) != kNoPosition) {
        why_.lines[line] = true;
      }
    }
    NeedDomain(subject);
    return;
  }
  const Statement& line = lines_[change.line];
  const Sets& sets = sets_of_[change.line];
  why_.lines[change.line] = true;
  if (change.cause == Cause::kNoTarget) {
    need_removed(sets.target, Set(sets.target, sets.allowed), 0);
    why_.required[sets.target] = why_.required[sets.target] || !line.Demands();
  } else if (change.cause == Cause::kSubject) {
    why_.required[sets.subject] = true;
    need_removed(sets.subject, Set(sets.subject, sets.who), ~Word{0});
  }
}

// Undoes what was done since `mark`, and replaces it in why_ by what that rests on. Whether that
// is a decision, too.
bool StatementSearch::GoBack(std::size_t mark) {
  bool rests_on_decision = false;
  while (trail_.size() > mark) {
    const Change change = trail_.back();
    trail_.pop_back();
    bool is_needed = why_.required[change.place];
    if (change.word == kNone) {
      required_[change.place] = false;
    } else {
      const std::uint32_t w = places_[change.place].first_word + change.word;
      is_needed = (change.old & ~domains_[w] & why_.removed[w]) != 0;
      domains_[w] = change.old;
    }
    if (is_needed && change.cause == Cause::kDecision) {
      rests_on_decision = true;
    } else if (is_needed) {
      NeedCause(change);
    }
  }
  return rests_on_decision;
}

}  // namespace satchel
