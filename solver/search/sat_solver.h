#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "encoding/cnf.h"
#include "solver/search/answer.h"
#include "solver/search/sat_module.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// CryptoMiniSat behind an interface that cannot be misused: variables are declared before they are
// used, cores are subsets of the assumptions, and stopping is a result, not an exit.
// Single-threaded and deterministic.
class SatSolver final {
 public:
  SatSolver();
  ~SatSolver();
  SatSolver(const SatSolver&) = delete;
  SatSolver& operator=(const SatSolver&) = delete;

  // Feeds the clauses of `cnf` from number `first_clause` on, and its variables. Incremental. If
  // that cannot be done (no module, no memory), every Solve() from then on says why.
  void Add(const Cnf& cnf, std::size_t first_clause);

  // Cost: linear in the number of variables for a model (about 65 ns each), microseconds for a
  // core that propagation finds.
  [[nodiscard]] Answer Solve(std::span<const Literal> assumptions, const StopSignal& stop);

  // After "yes".
  bool IsTrue(Literal literal) const;
  // After "no": assumptions that are together impossible; empty if the clauses are.
  const std::vector<Literal>& core() const { return core_; }

  // Of a fresh solver: solves `cnf` with a FRAT proof to `frat`. Errors: kFailedPrecondition if it
  // is satisfiable.
  [[nodiscard]] absl::Status WriteProof(const Cnf& cnf, std::FILE* frat);

 private:
  void ReadCore();
  // Notes the failure if there is one; false then.
  bool Did(SatModule::Result result);

  const SatModule* module_ = nullptr;
  void* engine_ = nullptr;
  std::uint32_t num_variables_ = 0;
  absl::Status failure_;                 // The first.
  std::vector<std::uint32_t> literals_;  // Kept for its memory.
  std::vector<Literal> core_;
};

// Solves `cnf` once with a proof: writes the clauses as DIMACS to `dimacs_path` and the FRAT proof
// of their unsatisfiability to `frat_path`. Returns kFailedPrecondition if they are satisfiable, an
// I/O status if a file cannot be written.
[[nodiscard]] absl::Status WriteProof(const Cnf& cnf, const std::string& dimacs_path,
                                      const std::string& frat_path);

}  // namespace satchel
