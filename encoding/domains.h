#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "encoding/universe.h"

namespace satchel {

// "The package is chosen, from `allowed`."
struct Choice {
  PackageId package;
  std::vector<Word> allowed;
  bool or_absent = false;  // Or it is not there at all.
};

// Which candidates of each package can still be chosen, and which packages must be: arc consistency
// over the lazily grounded universe, with undo.
//
// A package's domain is a set of positions. What is not in it cannot be in any plan that obeys
// the restrictions made so far. The rules, each sound because it removes only what a clause of
// the problem forbids:
//   support     a candidate one of whose dependencies has no candidate left is removed: the
//               dependency clause (not c, or one of the allowed) would be false.
//   constrains  the same, for a constrains on a package that must be there.
//   choice      the only candidate left of a package that must be there is chosen: what it
//               depends on must be there, and is limited to what it allows; what it constrains
//               is limited to it.
//   shared      a name that every remaining candidate of a package that must be there depends on
//               must be there, and is limited to the union of what they allow.
// The fixpoint is unique, so neither the order of the rules nor of discovery shows in the result.
//
// Laziness: a candidate that was not looked at counts as possible. It is grounded when it is
// needed as the support of a dependency, as the best of its package, or by name. So of a
// name with hundreds of records usually a handful is ever read. Supports are looked for last, when
// nothing else is left to conclude, and only where somebody asks: a requirement that only removed
// candidates use, or only constrains on a package that need not be there, *sleeps*.
//
// Undo: Now() and UndoTo() nest as a stack; take a mark only when settled. Grounding is not
// undone, it is not a choice.
class Domains final {
 public:
  using Mark = std::size_t;  // How long the trail was.

  // Takes out of a package's candidates, once, what must never be chosen.
  using Limit = std::function<void(PackageId package, std::span<Word> domain)>;

  explicit Domains(Universe& universe, Limit limit = nullptr)
      : universe_(universe), limit_(std::move(limit)) {}

  Universe& universe() const { return universe_; }

  // A conflict was found; only UndoTo to a mark before it helps.
  bool failed() const { return failed_; }

  bool IsRequired(PackageId package) const;
  // In the order in which that was found. The view is invalidated by whatever changes the domains.
  std::span<const PackageId> Required() const { return required_; }
  std::span<const Word> Domain(PackageId package) const;
  // The best candidate left, kNoPosition if none. Requires: propagated.
  Position Best(PackageId package) const { return FirstFrom(Domain(package)); }
  bool IsSingle(PackageId package) const;

  // Who makes the restrictions that follow, a number of the caller's, each of one package; for
  // WhyFailed.
  static constexpr std::uint32_t kNoReason = 0xffffffff;
  void SetReason(std::uint32_t reason) { cause_ = {Cause::Kind::kGiven, reason}; }
  // What a failure rests on: the restrictions made by these and what is known of these packages'
  // candidates, and nothing else; not always the least.
  struct Failure {
    struct Reason {
      std::uint32_t reason;
      PackageId package;
      // The candidates that it had to rule out for that: had it allowed all the others, it would
      // have failed as well. None if it only had to require the package.
      std::vector<Word> ruled_out;
    };
    std::vector<Reason> reasons;  // Ascending.
    std::vector<bool> packages;
  };
  // Of what was done after `since`. Requires: failed(). Cost: linear in the trail and the domains.
  Failure WhyFailed(Mark since) const;

  // Rule "nogood": `choices` cannot all hold, as a failure after `since` has shown; where all but
  // one do, that one is ruled out. What follows is for Propagate. Forgotten when something before
  // `since` is undone, as more may be possible then. In the order in which they were decided.
  //
  // Proof sketch: a failure is drawn from what held at `since` and the restrictions made after it,
  // by rules each of which removes only what a clause of the problem forbids. WhyFailed keeps of
  // the restrictions those that some step of that derivation uses, so these alone fail too: no plan
  // that obeys what held at `since` chooses from all of them. Until then is undone that stays so,
  // since domains only shrink.
  void AddNogood(std::vector<Choice> choices, Mark since);

  // Each of these takes effect at once; consequences follow in Propagate.
  void Require(PackageId package);
  void Restrict(PackageId package, std::span<const Word> allowed);
  void Remove(PackageId package, Position at);
  void RemoveAll(PackageId package, std::span<const Word> removed);

  // To the fixpoint. Returns false on a conflict.
  bool Propagate();
  // The consequences for which no further candidate has to be looked at; the rest stays to be done
  // and is not lost by UndoTo. Where the next step restricts more, or undoes, that is work saved.
  bool PropagateGrounded();

  // Grounds the candidates of `within` (those left in the domain) and propagates, until every
  // candidate of it that is left is grounded and supported.
  bool Ground(PackageId package, const std::vector<Word>& within);
  bool GroundAll(PackageId package);
  // Grounds and propagates until the best candidate left is grounded. False on a conflict.
  bool GroundBest(PackageId package);

  Mark Now() const { return trail_.size(); }
  void UndoTo(Mark mark);

 private:
  struct PackageState {
    std::uint32_t first_word = 0;
    std::uint32_t num_words = 0;
    bool known = false;
    bool required = false;
    bool queued = false;
    std::vector<RequirementId> requirements;  // Those that a grounded candidate uses.
    std::vector<std::uint32_t> watching;      // Of nogoods_.
  };
  struct User {
    PackageId package;
    Position at;
    bool is_constrains;
  };
  struct RequirementState {
    Position support = kNoPosition;
    bool used = false;
    bool dead = false;            // Nothing left to choose.
    bool has_constrains = false;  // Among its users.
    bool is_open = false;         // In open_requirements_.
    std::vector<User> users;
  };
  // A candidate grounded when one of its requirements was dead already, and how long the trail was
  // then.
  struct LateUser {
    Mark found_at;
    RequirementId requirement;
    User user;
  };
  // A requirement that nobody asked for when it was looked at, and how long the trail was then.
  struct SleepingRequirement {
    Mark found_at;
    RequirementId requirement;
  };
  // Why something changed.
  struct Cause {
    enum class Kind : std::uint8_t {
      kGiven,            // `value` is who restricted it.
      kDeadRequirement,  // The requirement `value` is dead, on which a candidate depends.
      kDeadConstrains,   // The same, for a constrains on a package that must be there.
      kDomain,           // The package `value` must be there, and its domain is what it is.
      kNogood,           // The others of the nogood `value` hold.
    } kind;
    std::uint32_t value;
  };
  struct Change {
    enum class Kind : std::uint8_t { kWord, kRequired, kDead } kind;
    Cause::Kind cause;
    std::uint32_t index;
    PackageId package;
    std::uint32_t cause_value;
    Word old;
  };

  class Analysis;
  struct Nogood {
    Mark since;
    std::vector<Choice> choices;  // At least two, of different packages.
    PackageId watched[2];
  };
  // A combination of one.
  struct Excluded {
    Mark since;
    Mark applied_at;
    Choice held;
  };

  // Of a package or requirement that may be new; elsewhere the tables are used at once.
  PackageState& State(PackageId package) {
    return package.index() < packages_.size() && packages_[package.index()].known
               ? packages_[package.index()]
               : NewState(package);
  }
  RequirementState& State(RequirementId requirement);
  PackageState& NewState(PackageId package);
  void Enqueue(PackageId package);
  void SetWord(PackageId package, std::uint32_t word, Word value);
  void UseRequirements(PackageId package, Position at);
  void UseRequirement(RequirementId requirement, User user);
  void Open(RequirementId requirement);
  void Support(RequirementId requirement);
  bool IsAskedFor(RequirementId requirement);
  bool HasChoice(RequirementId requirement) const;
  bool HasSupport(RequirementId requirement) const;
  void Kill(RequirementId requirement);
  void WakeRequirements(Mark mark);
  void RepeatLateRemovals(Mark mark);
  void Record(Change::Kind kind, std::uint32_t index, PackageId package, Word old);
  void SetCause(const User& user, RequirementId requirement);
  void Process(PackageId package);
  void Choose(PackageId package, Position at);
  void PropagateShared(PackageId package);
  bool IsHeld(const Choice& held) const;
  void CheckNogoods(PackageId package);
  void ForgetSince(Mark mark);
  void Exclude(Excluded& excluded);
  void RepeatExclusions(Mark mark);

  Universe& universe_;
  const Limit limit_;
  std::vector<PackageState> packages_;
  std::vector<RequirementState> requirements_;
  std::vector<Word> words_;
  std::vector<PackageId> required_;
  std::vector<PackageId> queue_;                  // Packages of which something changed.
  std::vector<RequirementId> open_requirements_;  // Without a support, as far as known.
  std::vector<Change> trail_;
  std::vector<LateUser> late_;                 // By found_at.
  std::vector<SleepingRequirement> sleeping_;  // By found_at.
  std::vector<Nogood> nogoods_;                // By since.
  std::vector<Excluded> excluded_;             // By since.
  bool failed_ = false;
  PackageId failed_package_;  // Which must be there, and has no candidate left.
  Cause cause_ = {Cause::Kind::kGiven, kNoReason};  // Of the changes that are being made.

  // Scratch of PropagateShared, kept for its memory.
  struct SharedTarget {
    PackageId package;
    std::size_t seen;       // By how many candidates.
    std::uint32_t last;     // Of these.
    std::vector<Word> one;  // What `last` allows.
    std::vector<Word> all;  // What those before allow.
  };
  std::vector<SharedTarget> shared_targets_;
  std::vector<Position> shared_left_;
};

}  // namespace satchel
