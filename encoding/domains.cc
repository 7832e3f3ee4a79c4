#include "encoding/domains.h"

#include <algorithm>

namespace satchel {
namespace {

// Beyond this many candidates the shared rule costs more than it finds.
constexpr std::size_t kMostShared = 64;

}  // namespace

Domains::PackageState& Domains::State(PackageId package) {
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

Domains::GateState& Domains::State(GateId gate) {
  if (gates_.size() <= gate.index()) {
    gates_.resize(gate.index() + 1);
  }
  return gates_[gate.index()];
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
  const std::uint32_t index = State(package).first_word + word;
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
    Record(Change::Kind::kRequired, 0, package, 0);
    Enqueue(package);
  }
}

void Domains::Restrict(PackageId package, std::span<const Word> allowed) {
  const std::uint32_t first_word = State(package).first_word;
  const std::uint32_t num_words = State(package).num_words;
  for (std::uint32_t w = 0; w < num_words; ++w) {
    SetWord(package, w, words_[first_word + w] & allowed[w]);
  }
}

void Domains::Remove(PackageId package, Position at) {
  const auto w = static_cast<std::uint32_t>(at / kWordBits);
  const std::uint32_t first_word = State(package).first_word;
  SetWord(package, w, words_[first_word + w] & ~(Word{1} << (at % kWordBits)));
}

void Domains::RemoveAll(PackageId package, std::span<const Word> forbidden) {
  const std::uint32_t first_word = State(package).first_word;
  for (std::uint32_t w = 0; w < forbidden.size(); ++w) {
    SetWord(package, w, words_[first_word + w] & ~forbidden[w]);
  }
}

// The candidate cannot be chosen as its gate is dead: at all for a dependency; for a constrains
// only if the target must be there.
void Domains::Blame(const User& user, GateId gate) {
  if (!user.is_constrains || State(universe_.GateOf(gate).package).required) {
    const Cause before = cause_;
    cause_ = {user.is_constrains ? Cause::Kind::kDeadConstrains : Cause::Kind::kDeadGate,
              gate.value()};
    Remove(user.package, user.at);
    cause_ = before;
  }
}

void Domains::Kill(GateId gate) {
  gates_[gate.index()].dead = true;
  Record(Change::Kind::kDead, gate.value(), PackageId(), 0);
  for (const User& user : gates_[gate.index()].users) {
    Blame(user, gate);
  }
}

bool Domains::HasChoice(GateId gate) const {
  return FirstCommon(universe_.Allowed(gate), Domain(universe_.GateOf(gate).package)) !=
         kNoPosition;
}

bool Domains::HasSupport(GateId gate) const {
  const Position support = gates_[gate.index()].support;
  return support != kNoPosition && Contains(Domain(universe_.GateOf(gate).package), support);
}

void Domains::Open(GateId gate) {
  if (!gates_[gate.index()].is_open) {
    gates_[gate.index()].is_open = true;
    open_gates_.push_back(gate);
  }
}

// Whether a candidate that is left depends on it, or constrains what must be there.
bool Domains::IsAskedFor(GateId gate) {
  std::vector<User>& users = gates_[gate.index()].users;
  const bool is_required = IsRequired(universe_.GateOf(gate).package);
  const auto asks = [&](const User& user) {
    return (!user.is_constrains || is_required) && Contains(Domain(user.package), user.at);
  };
  const auto found = std::find_if(users.begin(), users.end(), asks);
  if (found == users.end()) {
    return false;
  }
  std::iter_swap(users.begin(), found);  // Mostly the same one serves the next time.
  return true;
}

// Finds the gate a candidate that is left and grounded.
void Domains::Support(GateId gate) {
  if (gates_[gate.index()].dead || HasSupport(gate)) {
    return;
  }
  if (!IsAskedFor(gate)) {
    sleeping_.push_back({trail_.size(), gate});
    return;
  }
  const PackageId package = universe_.GateOf(gate).package;
  // Grounding the support may remove it again or move the sets, hence the loop.
  for (;;) {
    const Position at = FirstCommon(universe_.Allowed(gate), Domain(package));
    if (at == kNoPosition) {
      Kill(gate);
      return;
    }
    if (universe_.IsGrounded(package, at)) {
      gates_[gate.index()].support = at;
      return;
    }
    UseGates(package, at);
  }
}

void Domains::UseGate(GateId gate, User user) {
  const PackageId target = universe_.GateOf(gate).package;
  State(target);
  GateState& state = State(gate);
  state.users.push_back(user);
  if (!state.used) {
    state.used = true;
    packages_[target.index()].gates.push_back(gate);
  } else if (state.dead) {
    late_.push_back({trail_.size() + 1, gate, user});
    Blame(user, gate);
    return;
  }
  if (!HasSupport(gate)) {
    // Said at once where it shows, so that the candidate's other gates need no support.
    if (HasChoice(gate)) {
      Open(gate);
    } else {
      Kill(gate);
    }
  }
}

void Domains::UseGates(PackageId package, Position at) {
  if (universe_.IsGrounded(package, at)) {
    return;
  }
  const Links links = universe_.Ground(package, at);
  for (const GateId gate : links.depends) {
    UseGate(gate, {package, at, false});
  }
  for (const GateId gate : links.constrains) {
    UseGate(gate, {package, at, true});
  }
  Enqueue(package);  // It may be the only one left, and so chosen.
}

void Domains::Choose(PackageId package, Position at) {
  UseGates(package, at);
  const Links links = universe_.LinksOf(package, at);
  for (std::size_t i = 0; i < links.depends.size(); ++i) {
    const GateId gate = links.depends[i];
    Require(universe_.GateOf(gate).package);
    Restrict(universe_.GateOf(gate).package, universe_.Allowed(gate));
  }
  for (const GateId gate : links.constrains) {
    Restrict(universe_.GateOf(gate).package, universe_.Allowed(gate));
  }
}

void Domains::PropagateShared(PackageId package) {
  std::vector<Position> left;
  ForEach(Domain(package), [&](Position at) { left.push_back(at); });
  if (left.size() > kMostShared) {
    return;
  }
  for (const Position at : left) {
    if (!universe_.IsGrounded(package, at)) {
      return;  // What it depends on is not known yet.
    }
  }
  // A handful of names each: a linear search beats a map.
  std::vector<SharedTarget> targets;
  for (const Position at : left) {
    const bool is_first = at == left.front();
    for (const GateId gate : universe_.LinksOf(package, at).depends) {
      const PackageId name = universe_.GateOf(gate).package;
      const std::span<const Word> allowed = universe_.Allowed(gate);
      auto target = std::find_if(targets.begin(), targets.end(),
                                 [&](const SharedTarget& t) { return t.package == name; });
      if (target == targets.end()) {
        if (!is_first) {
          continue;  // The first does not depend on it.
        }
        targets.push_back({name, 0, kNoPosition, {}, std::vector<Word>(allowed.size(), 0)});
        target = targets.end() - 1;
      }
      if (target->last != at) {
        target->last = at;
        ++target->seen;
        for (std::size_t w = 0; w < target->one.size(); ++w) {
          target->all[w] |= target->one[w];
        }
        target->one.assign(allowed.begin(), allowed.end());
      } else {
        for (std::size_t w = 0; w < allowed.size(); ++w) {
          target->one[w] &= allowed[w];
        }
      }
    }
  }
  for (SharedTarget& target : targets) {
    if (target.seen == left.size()) {
      for (std::size_t w = 0; w < target.all.size(); ++w) {
        target.all[w] |= target.one[w];
      }
      Require(target.package);
      Restrict(target.package, target.all);
    }
  }
}

void Domains::Process(PackageId package) {
  // Gates first: a candidate that loses a dependency here is gone before anything is concluded.
  // Nothing below adds gates to the package.
  const bool is_required = packages_[package.index()].required;
  for (const GateId gate : packages_[package.index()].gates) {
    if (gates_[gate.index()].dead) {
      if (is_required) {
        for (const User& user : gates_[gate.index()].users) {
          Blame(user, gate);
        }
      }
    } else if (!HasSupport(gate)) {
      if (HasChoice(gate)) {
        Open(gate);
      } else {
        Kill(gate);
      }
    }
  }
  if (!State(package).required) {
    return;
  }
  const Position first = FirstFrom(Domain(package));
  const Cause before = cause_;
  cause_ = {Cause::Kind::kDomain, package.value()};
  if (first == kNoPosition) {
    failed_ = true;
    failed_package_ = package;
  } else if (FirstFrom(Domain(package), first + 1) == kNoPosition) {
    Choose(package, first);
  } else {
    PropagateShared(package);
  }
  cause_ = before;
}

bool Domains::Settle() {
  while (!queue_.empty() && !failed_) {
    const PackageId package = queue_.back();
    queue_.pop_back();
    packages_[package.index()].queued = false;
    Process(package);
  }
  return !failed_;
}

bool Domains::Propagate() {
  while (Settle() && !open_gates_.empty()) {
    const GateId gate = open_gates_.back();
    open_gates_.pop_back();
    gates_[gate.index()].is_open = false;
    Support(gate);
  }
  return !failed_;
}

bool Domains::GroundAll(PackageId package) {
  const std::span<const Word> domain = Domain(package);
  return Ground(package, std::vector<Word>(domain.begin(), domain.end()));
}

bool Domains::Ground(PackageId package, const std::vector<Word>& within) {
  for (;;) {
    const std::vector<Word> domain(Domain(package).begin(), Domain(package).end());
    bool changed = false;
    for (std::size_t w = 0; w < domain.size(); ++w) {
      const Word word = domain[w] & within[w];
      ForEach({&word, 1}, [&](Position bit) {
        const auto at = static_cast<Position>(w * kWordBits + bit);
        if (!universe_.IsGrounded(package, at)) {
          UseGates(package, at);
          changed = true;
        }
      });
    }
    if (!Propagate()) {
      return false;
    }
    if (!changed) {
      return true;
    }
  }
}

bool Domains::GroundBest(PackageId package) {
  for (;;) {
    if (!Propagate()) {
      return false;
    }
    const Position best = Best(package);
    if (best == kNoPosition || universe_.IsGrounded(package, best)) {
      return true;
    }
    UseGates(package, best);
  }
}

void Domains::UndoTo(Mark mark) {
  failed_ = false;
  for (const PackageId package : queue_) {
    State(package).queued = false;
  }
  std::vector<PackageId> pending;
  pending.swap(queue_);
  while (trail_.size() > mark) {
    const Change change = trail_.back();
    trail_.pop_back();
    switch (change.kind) {
      case Change::Kind::kWord:
        words_[change.index] = change.old;
        break;
      case Change::Kind::kRequired:
        State(change.package).required = false;
        break;
      case Change::Kind::kDead: {
        const GateId gate(change.index);
        State(gate).dead = false;
        // Found dead while deeper: it has to be looked at again here, as it was used there first.
        if (State(gate).support == kNoPosition) {
          Open(gate);
        }
        break;
      }
    }
  }
  WakeGates(mark);
  RepeatLateRemovals(mark);
  // What grounding brought up but was not looked at before the conflict.
  for (const PackageId package : pending) {
    Enqueue(package);
  }
}

// Back over the trail: a change that something known to be needed rests on is needed too, and so is
// what caused it.
Domains::Failure Domains::WhyFailed(Mark since) const {
  std::vector<Word> now = words_;                     // Before the changes already looked at.
  std::vector<Word> needs_removed(words_.size(), 0);  // Candidates.
  std::vector<bool> needs_required(packages_.size(), false);
  std::vector<bool> needs_dead(gates_.size(), false);
  Failure failure;
  std::vector<std::uint32_t>& givers = failure.givers;
  failure.packages.assign(packages_.size(), false);
  const auto need_domain = [&](PackageId package) {
    const PackageState& state = packages_[package.index()];
    failure.packages[package.index()] = true;
    needs_required[package.index()] = true;
    for (std::uint32_t w = state.first_word; w < state.first_word + state.num_words; ++w) {
      needs_removed[w] |= ~now[w];
    }
  };
  const auto need_cause = [&](const Change& change) {
    switch (change.cause) {
      case Cause::Kind::kGiven:
        givers.push_back(change.cause_value);
        break;
      case Cause::Kind::kDeadConstrains:
        needs_required[universe_.GateOf(GateId(change.cause_value)).package.index()] = true;
        [[fallthrough]];
      case Cause::Kind::kDeadGate:
        needs_dead[change.cause_value] = true;
        break;
      case Cause::Kind::kDomain:
        need_domain(PackageId(change.cause_value));
        break;
    }
  };
  need_domain(failed_package_);
  for (std::size_t i = trail_.size(); i-- > since;) {
    const Change& change = trail_[i];
    switch (change.kind) {
      case Change::Kind::kWord: {
        const Word removed = change.old & ~now[change.index] & needs_removed[change.index];
        now[change.index] = change.old;
        if (removed != 0) {
          need_cause(change);
        }
        break;
      }
      case Change::Kind::kRequired:
        if (needs_required[change.package.index()]) {
          need_cause(change);
        }
        break;
      case Change::Kind::kDead:
        if (needs_dead[change.index]) {
          const Gate& gate = universe_.GateOf(GateId(change.index));
          const std::span<const Word> allowed = universe_.Allowed(GateId(change.index));
          const std::uint32_t first = packages_[gate.package.index()].first_word;
          failure.packages[gate.package.index()] = true;
          for (std::uint32_t w = 0; w < allowed.size(); ++w) {
            needs_removed[first + w] |= allowed[w];
          }
        }
        break;
    }
  }
  std::erase(givers, kNobody);
  std::sort(givers.begin(), givers.end());
  givers.erase(std::unique(givers.begin(), givers.end()), givers.end());
  return failure;
}

// Who uses them may be left again.
void Domains::WakeGates(Mark mark) {
  while (!sleeping_.empty() && sleeping_.back().found_at > mark) {
    Open(sleeping_.back().gate);
    sleeping_.pop_back();
  }
}

// Candidates grounded deeper on a gate that was dead up here already: removed there, so again here.
void Domains::RepeatLateRemovals(Mark mark) {
  std::size_t first = late_.size();
  while (first > 0 && late_[first - 1].found_at > mark) {
    --first;
  }
  for (std::size_t i = first; i < late_.size(); ++i) {
    if (State(late_[i].gate).dead) {
      Blame(late_[i].user, late_[i].gate);
    }
    late_[i].found_at = trail_.size();  // The removal just made is undone below this only.
  }
}

}  // namespace satchel
