#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "encoding/universe.h"

namespace satchel {

struct Statement;

// Whether some lines can hold together (as StatementProblem says what that means), by arc
// consistency and a little backtracking. Most conflicts are found by arc consistency, and are asked
// about once for each line: making a SAT solver for each question took two thirds of an
// explanation.
class StatementSearch final {
 public:
  enum class Result { kPossible, kImpossible, kGaveUp };

  // `lines` outlive this.
  StatementSearch(const Universe& universe, std::span<const Statement> lines);

  // Of the lines that are `active`. Cost: linear in those that each change concerns; gives up after
  // `max_decisions`.
  Result Run(const std::vector<bool>& active, int max_decisions);

  // After kImpossible: by line, whether it is among those that were shown to be impossible.
  const std::vector<bool>& core() const { return why_.lines; }
  // After kPossible: the candidates of each package chosen that no active line tells apart.
  std::vector<std::pair<PackageId, std::vector<Position>>> Model() const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // A package that lines speak of. A virtual one has a last candidate that is not there: some
  // version that does whatever is asked.
  struct Place {
    PackageId package;
    std::uint32_t size;  // With that one.
    std::uint32_t first_word;
    std::uint32_t num_words;
    bool is_virtual;
    std::vector<std::uint32_t> lines;
  };
  // Lines that say the same kind of thing of the same two packages.
  using Family = std::vector<std::uint32_t>;
  struct Sets {
    std::uint32_t subject;  // A place; kNone.
    std::uint32_t target;
    std::uint32_t who;  // Where they begin in sets_.
    std::uint32_t allowed;
    std::uint32_t family;  // Of kNeeds.
  };
  enum class Cause : std::uint8_t {
    kLine,      // The line alone.
    kNoTarget,  // Nothing is left that the line's `who` could have.
    kSubject,   // The line's subject must be there, and is one of `who`.
    kFamily,    // The family's subject must be there, and each candidate left is in some line's.
    kDecision,
  };
  struct Change {
    std::uint32_t place;
    std::uint32_t word;  // kNone: the place became required.
    Cause cause;
    std::uint32_t line;  // Or the family.
    Word old;
  };
  // What a failure rests on.
  struct Why {
    std::vector<Word> removed;
    std::vector<bool> required;
    std::vector<bool> lines;
  };

  std::uint32_t PlaceOf(PackageId package);
  std::uint32_t AddSet(std::uint32_t place, const std::vector<Word>& set, bool with_imaginary);
  std::span<const Word> Domain(std::uint32_t place) const;
  std::span<const Word> Set(std::uint32_t place, std::uint32_t first) const;
  void Enqueue(std::uint32_t place);
  void SetWord(std::uint32_t place, std::uint32_t word, Word value, Cause cause,
               std::uint32_t line);
  void Restrict(std::uint32_t place, std::span<const Word> allowed, Cause cause,
                std::uint32_t line);
  void Remove(std::uint32_t place, std::span<const Word> set, Cause cause, std::uint32_t line);
  void Require(std::uint32_t place, Cause cause, std::uint32_t line);
  void Apply(std::uint32_t line);
  void ApplyFamily(std::uint32_t family);
  bool Propagate();
  Result Refute();
  std::vector<Word> ClassOf(std::uint32_t place) const;
  void NeedDomain(std::uint32_t place);
  void NeedCause(const Change& change);
  bool GoBack(std::size_t mark);

  const Universe& universe_;
  const std::span<const Statement> lines_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> place_of_;  // By package.
  std::vector<Sets> sets_of_;            // By line.
  std::vector<Word> sets_;
  std::vector<Family> families_;

  // Of a run.
  std::vector<bool> active_;
  int decisions_left_ = 0;
  std::vector<Word> domains_;
  std::vector<bool> required_;
  std::vector<Change> trail_;
  std::vector<std::uint32_t> queue_;  // Lines; first come first served.
  std::vector<bool> queued_;
  std::uint32_t failed_ = 0;
  Why why_;
};

}  // namespace satchel
