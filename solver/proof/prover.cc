#include "solver/proof/prover.h"

#include <algorithm>
#include <utility>

namespace satchel {
namespace {

constexpr double kDecay = 1 / 0.95;
constexpr double kTooActive = 1e100;
constexpr std::uint32_t kNowhere = 0xffffffff;
constexpr std::size_t kFirstRestart = 100;     // Conflicts.
constexpr std::size_t kConflictsPerLook = 64;  // At the clock.

// 1 1 2 1 1 2 4 ...: the i-th, from 0.
std::size_t LubyAt(std::size_t i) {
  std::size_t size = 1;
  while (size < i + 1) {
    size = 2 * size + 1;
  }
  while (size - 1 != i) {
    size = (size - 1) / 2;
    i %= size;
  }
  return (size + 1) / 2;
}

}  // namespace

void Prover::AddVariables(std::size_t count) {
  for (std::size_t variable = levels_.size(); variable < count; ++variable) {
    reasons_.push_back(kNoClause);
    levels_.push_back(0);
    phase_.push_back(false);
    seen_.push_back(false);
    activity_.push_back(0);
    place_.push_back(kNowhere);
    PutBack(static_cast<std::uint32_t>(variable));
  }
  values_.resize(2 * count, 0);
  watches_.resize(2 * count);
  model_.resize(count, false);
}

void Prover::Add(const Cnf& cnf) {
  BackTo(0);
  AddVariables(cnf.num_variables());
  for (; fed_ < cnf.num_clauses() && !contradictory_; ++fed_) {
    AddClause(cnf.clause(fed_));
  }
}

void Prover::AddDerived(std::span<const Literal> clause) {
  BackTo(0);
  AddClause(clause);
}

void Prover::AddClause(std::span<const Literal> literals) {
  std::vector<Literal> open;
  for (const Literal literal : literals) {
    if (ValueOf(literal) > 0) {
      return;
    }
    if (ValueOf(literal) == 0) {
      open.push_back(literal);
    }
  }
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  const auto opposite = [](Literal a, Literal b) { return a == ~b; };
  if (std::adjacent_find(open.begin(), open.end(), opposite) != open.end()) {
    return;
  }
  if (open.size() > 1) {
    Attach(open);
  } else if (open.size() == 1) {
    Assign(open[0], kNoClause);
    contradictory_ = Propagate() != kNoClause;
  } else {
    contradictory_ = true;
  }
}

std::uint32_t Prover::Attach(std::span<const Literal> literals) {
  const auto clause = static_cast<std::uint32_t>(starts_.size() - 1);
  arena_.insert(arena_.end(), literals.begin(), literals.end());
  starts_.push_back(arena_.size());
  watches_[literals[0].code()].push_back({clause, literals[1]});
  watches_[literals[1].code()].push_back({clause, literals[0]});
  return clause;
}

void Prover::Assign(Literal literal, std::uint32_t reason) {
  values_[literal.code()] = 1;
  values_[(~literal).code()] = -1;
  reasons_[literal.variable()] = reason;
  levels_[literal.variable()] = static_cast<std::uint32_t>(level());
  trail_.push_back(literal);
}

// The clause that became false, if any.
std::uint32_t Prover::Propagate() {
  std::uint32_t conflict = kNoClause;
  while (conflict == kNoClause && propagated_ < trail_.size()) {
    const Literal falsified = ~trail_[propagated_++];
    std::vector<Watch>& watches = watches_[falsified.code()];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < watches.size(); ++i) {
      if (conflict != kNoClause || PropagateClause(watches[i], falsified, &conflict)) {
        watches[kept++] = watches[i];
      }
    }
    watches.resize(kept);
  }
  return conflict;
}

// Whether the clause is still watched by the literal.
bool Prover::PropagateClause(Watch& watch, Literal falsified, std::uint32_t* conflict) {
  if (ValueOf(watch.blocker) > 0) {
    return true;
  }
  const std::span<Literal> clause = ClauseAt(watch.clause);
  if (clause[0] == falsified) {
    std::swap(clause[0], clause[1]);
  }
  watch.blocker = clause[0];
  if (ValueOf(clause[0]) > 0) {
    return true;
  }
  for (std::size_t i = 2; i < clause.size(); ++i) {
    if (ValueOf(clause[i]) >= 0) {
      std::swap(clause[1], clause[i]);
      watches_[clause[1].code()].push_back({watch.clause, clause[0]});
      return false;
    }
  }
  if (ValueOf(clause[0]) < 0) {
    *conflict = watch.clause;
  } else {
    Assign(clause[0], watch.clause);
  }
  return true;
}

void Prover::BackTo(std::size_t level) {
  if (this->level() <= level) {
    return;
  }
  const std::size_t size = level_starts_[level];
  while (trail_.size() > size) {
    const Literal literal = trail_.back();
    trail_.pop_back();
    values_[literal.code()] = 0;
    values_[(~literal).code()] = 0;
    phase_[literal.variable()] = !literal.negated();
    PutBack(literal.variable());
  }
  level_starts_.resize(level);
  propagated_ = size;
}

// The first unique implication point, first in `learned`, and the level to go back to.
std::size_t Prover::Analyse(std::uint32_t conflict, std::vector<Literal>* learned) {
  learned->assign(1, Literal());
  std::size_t num_open = 0;
  std::size_t at = trail_.size();
  std::uint32_t reason = conflict;
  do {
    for (const Literal literal : ClauseAt(reason)) {
      const std::uint32_t variable = literal.variable();
      if (seen_[variable] || levels_[variable] == 0 || ValueOf(literal) > 0) {
        continue;
      }
      seen_[variable] = true;
      Bump(variable);
      if (levels_[variable] == level()) {
        ++num_open;
      } else {
        learned->push_back(literal);
      }
    }
    while (!seen_[trail_[--at].variable()]) {
    }
    reason = reasons_[trail_[at].variable()];
    seen_[trail_[at].variable()] = false;
  } while (--num_open > 0);
  learned->front() = ~trail_[at];
  std::size_t level = 0;
  for (std::size_t i = 1; i < learned->size(); ++i) {
    const Literal literal = (*learned)[i];
    seen_[literal.variable()] = false;
    if (levels_[literal.variable()] > level) {
      level = levels_[literal.variable()];
      std::swap((*learned)[1], (*learned)[i]);
    }
  }
  return level;
}

void Prover::Learn(std::uint32_t conflict) {
  std::vector<Literal> learned;
  BackTo(Analyse(conflict, &learned));
  increment_ *= kDecay;
  Assign(learned[0], learned.size() > 1 ? Attach(learned) : kNoClause);
  learned_.push_back(std::move(learned));
}

// The assumptions that `failed` is false because of, and itself.
void Prover::FindCore(Literal failed) {
  core_ = {failed};
  if (levels_[failed.variable()] == 0) {
    return;
  }
  seen_[failed.variable()] = true;
  for (std::size_t at = trail_.size(); at-- > level_starts_[0];) {
    const std::uint32_t variable = trail_[at].variable();
    if (!seen_[variable]) {
      continue;
    }
    seen_[variable] = false;
    if (reasons_[variable] == kNoClause) {
      core_.push_back(trail_[at]);
      continue;
    }
    for (const Literal literal : ClauseAt(reasons_[variable])) {
      if (literal != trail_[at] && levels_[literal.variable()] > 0) {
        seen_[literal.variable()] = true;
      }
    }
  }
}

Prover::Step Prover::Decide(std::span<const Literal> assumptions) {
  while (level() < assumptions.size()) {
    const Literal next = assumptions[level()];
    if (ValueOf(next) < 0) {
      FindCore(next);
      return Step::kRefuted;
    }
    level_starts_.push_back(trail_.size());
    if (ValueOf(next) == 0) {
      Assign(next, kNoClause);
      return Step::kGoOn;
    }
  }
  while (!heap_.empty()) {
    const std::uint32_t variable = TakeMostActive();
    const Literal positive = Literal::Positive(variable);
    if (ValueOf(positive) == 0) {
      level_starts_.push_back(trail_.size());
      Assign(phase_[variable] ? positive : ~positive, kNoClause);
      return Step::kGoOn;
    }
  }
  return Step::kModel;
}

Answer Prover::Solve(std::span<const Literal> assumptions, const StopSignal& stop) {
  core_.clear();
  BackTo(0);
  std::size_t num_restarts = 0;
  std::size_t until_restart = kFirstRestart;
  for (std::size_t num_conflicts = 0; !contradictory_;) {
    if (const std::uint32_t conflict = Propagate(); conflict != kNoClause) {
      if (level() == 0) {
        contradictory_ = true;
        break;
      }
      Learn(conflict);
      if (++num_conflicts % kConflictsPerLook == 0 && stop.stop()) {
        return stop.Why();
      }
      if (--until_restart == 0) {
        until_restart = kFirstRestart * LubyAt(++num_restarts);
        BackTo(0);
      }
      continue;
    }
    const Step step = Decide(assumptions);
    if (step == Step::kModel) {
      for (std::size_t i = 0; i < model_.size(); ++i) {
        model_[i] = ValueOf(Literal::Positive(static_cast<std::uint32_t>(i))) > 0;
      }
    }
    if (step != Step::kGoOn) {
      BackTo(0);
      return stop.stop() ? Answer(stop.Why()) : Answer(step == Step::kModel);
    }
  }
  return false;
}

// --- The heap ----------------------------------------------------------------------------------

void Prover::Bump(std::uint32_t variable) {
  activity_[variable] += increment_;
  if (activity_[variable] > kTooActive) {
    for (double& activity : activity_) {
      activity /= kTooActive;
    }
    increment_ /= kTooActive;
  }
  if (place_[variable] != kNowhere) {
    Raise(place_[variable]);
  }
}

void Prover::Raise(std::size_t at) {
  const std::uint32_t variable = heap_[at];
  for (; at > 0 && activity_[heap_[(at - 1) / 2]] < activity_[variable]; at = (at - 1) / 2) {
    heap_[at] = heap_[(at - 1) / 2];
    place_[heap_[at]] = static_cast<std::uint32_t>(at);
  }
  heap_[at] = variable;
  place_[variable] = static_cast<std::uint32_t>(at);
}

void Prover::Sink(std::size_t at) {
  const std::uint32_t variable = heap_[at];
  for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
    if (child + 1 < heap_.size() && activity_[heap_[child + 1]] > activity_[heap_[child]]) {
      ++child;
    }
    if (activity_[heap_[child]] <= activity_[variable]) {
      break;
    }
    heap_[at] = heap_[child];
    place_[heap_[at]] = static_cast<std::uint32_t>(at);
    at = child;
  }
  heap_[at] = variable;
  place_[variable] = static_cast<std::uint32_t>(at);
}

void Prover::PutBack(std::uint32_t variable) {
  if (place_[variable] == kNowhere) {
    heap_.push_back(variable);
    Raise(heap_.size() - 1);
  }
}

std::uint32_t Prover::TakeMostActive() {
  const std::uint32_t variable = heap_[0];
  place_[variable] = kNowhere;
  const std::uint32_t last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) {
    heap_[0] = last;
    place_[last] = 0;
    Sink(0);
  }
  return variable;
}

}  // namespace satchel
