#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "encoding/cnf.h"
#include "solver/search/answer.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// A small SAT solver that keeps its reasons: every clause that it learns follows by unit
// propagation (RUP) from those before, so the list of them is a proof that any DRAT checker reads.
// Most questions of a certificate need propagation only, on one large formula that grows; to feed
// that to CryptoMiniSat anew for each proof would take longer than to answer (MiniSat's algorithm:
// Een and Sorensson, SAT 2003). Deterministic.
class Prover final {
 public:
  // Feeds the clauses of `cnf` that are new since the last call.
  void Add(const Cnf& cnf);
  // The same of one that follows from them.
  void AddDerived(std::span<const Literal> clause);
  // What to try first for a variable.
  void Prefer(Literal literal) { phase_[literal.variable()] = !literal.negated(); }

  [[nodiscard]] Answer Solve(std::span<const Literal> assumptions, const StopSignal& stop);
  // After "yes".
  bool IsTrue(Literal literal) const { return model_[literal.variable()] != literal.negated(); }
  // After "no": assumptions that propagation refutes together, given what was learned; empty if
  // the clauses are contradictory.
  const std::vector<Literal>& core() const { return core_; }

  // All that was learned since the last call.
  std::vector<std::vector<Literal>> TakeLearned() { return std::exchange(learned_, {}); }

 private:
  static constexpr std::uint32_t kNoClause = 0xffffffff;
  struct Watch {
    std::uint32_t clause;
    Literal
        blocker;  // Some other literal of the clause: if true, the clause need not be looked at.
  };

  std::int8_t ValueOf(Literal literal) const { return values_[literal.code()]; }
  std::span<Literal> ClauseAt(std::uint32_t clause) {
    return {arena_.data() + starts_[clause], starts_[clause + 1] - starts_[clause]};
  }
  std::size_t level() const { return level_starts_.size(); }

  void AddVariables(std::size_t count);
  void AddClause(std::span<const Literal> literals);
  std::uint32_t Attach(std::span<const Literal> literals);
  void Assign(Literal literal, std::uint32_t reason);
  std::uint32_t Propagate();
  bool PropagateClause(Watch& watch, Literal falsified, std::uint32_t* conflict);
  void BackTo(std::size_t level);
  std::size_t Analyse(std::uint32_t conflict, std::vector<Literal>* learned);
  void Learn(std::uint32_t conflict);
  void FindCore(Literal failed);
  // Assigns the next assumption or decision; false: an assumption is false.
  enum class Step : std::uint8_t { kGoOn, kModel, kRefuted };
  Step Decide(std::span<const Literal> assumptions);

  void Bump(std::uint32_t variable);
  void Raise(std::size_t at);
  void Sink(std::size_t at);
  void PutBack(std::uint32_t variable);
  std::uint32_t TakeMostActive();

  bool contradictory_ = false;
  std::size_t fed_ = 0;
  std::vector<Literal> arena_;
  std::vector<std::size_t> starts_ = {0};    // By clause, and one past the last.
  std::vector<std::vector<Watch>> watches_;  // By the literal that must become false.
  std::vector<std::int8_t> values_;          // By literal: 1 true, -1 false, 0 open.
  std::vector<std::uint32_t> reasons_;       // By variable.
  std::vector<std::uint32_t> levels_;
  std::vector<Literal> trail_;
  std::vector<std::size_t> level_starts_;
  std::size_t propagated_ = 0;
  std::vector<bool> phase_;
  std::vector<bool> seen_;
  // Variables by activity: a binary heap, and where in it each one is.
  std::vector<double> activity_;
  double increment_ = 1;
  std::vector<std::uint32_t> heap_;
  std::vector<std::uint32_t> place_;

  std::vector<bool> model_;
  std::vector<Literal> core_;
  std::vector<std::vector<Literal>> learned_;
};

}  // namespace satchel
