// The only file that calls CryptoMiniSat. Facts about 5.11.4 that the code relies on: an assumption
// or clause with an undeclared variable ends the process, so ranges are checked here;
// get_conflict() gives the negated assumptions; set_max_confl() holds for one call.

#include "solver/sat_solver.h"

#include <cstdio>
#include <string>

#include "absl/status/status.h"

#include "base/check.h"
#include "solver/cryptominisat_library.h"

namespace satchel {
namespace {

// How often the clock and the cancel flag are looked at.
constexpr std::uint64_t kConflictsPerSlice = 2000;

CMSat::Lit ToCms(Literal literal) {
  return CMSat::Lit(literal.variable(), literal.negated());
}

// CryptoMiniSat's solver, made and destroyed by the library. A union does neither by itself.
union Engine {
  Engine() {
    CryptoMiniSat().construct(&solver, nullptr, nullptr);
    // Chronological backtracking must be off: after it, a decision level whose assumption held
    // already can begin with a literal that was implied, and the assertion
    //   Searcher::handle_conflict: varData[l.var()].reason == PropBy()
    // ends the process (seen on a made-up channel of 100,000 records). Of the public settings this
    // one turns it off; the polarity that it chooses is put back.
    CryptoMiniSat().set_up_for_arjun(&solver);
    CryptoMiniSat().set_polarity_mode(&solver, CMSat::PolarityMode::polarmode_automatic);
  }
  ~Engine() { CryptoMiniSat().destroy(&solver); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  CMSat::SATSolver solver;
};

}  // namespace

struct SatSolver::Impl {
  Engine engine;
  std::vector<CMSat::Lit> clause;
};

SatSolver::SatSolver() : impl_(std::make_unique<Impl>()) {}
SatSolver::~SatSolver() = default;

void SatSolver::Add(const Cnf& cnf, std::size_t first_clause) {
  const CryptoMiniSatLibrary& cms = CryptoMiniSat();
  CMSat::SATSolver* const solver = &impl_->engine.solver;
  if (cnf.num_variables() > cms.num_variables(solver)) {
    cms.new_variables(solver, cnf.num_variables() - cms.num_variables(solver));
  }
  for (std::size_t i = first_clause; i < cnf.num_clauses(); ++i) {
    impl_->clause.clear();
    for (const Literal literal : cnf.clause(i)) {
      SATCHEL_CHECK(literal.variable() < cnf.num_variables());
      impl_->clause.push_back(ToCms(literal));
    }
    cms.add_clause(solver, impl_->clause);  // False if now contradictory; Solve says so too.
  }
}

Answer SatSolver::Solve(std::span<const Literal> assumptions, const StopSignal& stop) {
  const CryptoMiniSatLibrary& cms = CryptoMiniSat();
  CMSat::SATSolver* const solver = &impl_->engine.solver;
  core_.clear();
  std::vector<CMSat::Lit> lits;
  for (const Literal literal : assumptions) {
    if (literal.IsFalse()) {
      core_ = {literal};
      return false;
    }
    if (!literal.IsTrue()) {
      SATCHEL_CHECK(literal.variable() < cms.num_variables(solver));
      lits.push_back(ToCms(literal));
    }
  }
  for (;;) {
    if (stop.stop()) {
      return stop.Why();
    }
    cms.set_max_conflicts(solver, kConflictsPerSlice);
    const CMSat::lbool result = cms.solve(solver, &lits, /*only_indep_solution=*/false);
    if (result == CMSat::l_True) {
      return true;
    }
    if (result == CMSat::l_False) {
      for (const CMSat::Lit lit : cms.conflict(solver)) {
        const Literal positive = Literal::Positive(lit.var());
        core_.push_back(lit.sign() ? positive : ~positive);
      }
      return false;
    }
  }
}

bool SatSolver::IsTrue(Literal literal) const {
  if (literal.IsTrue() || literal.IsFalse()) {
    return literal.IsTrue();
  }
  const std::vector<CMSat::lbool>& model = CryptoMiniSat().model(&impl_->engine.solver);
  return (model[literal.variable()] == CMSat::l_True) != literal.negated();
}

absl::Status WriteProof(const Cnf& cnf, const std::string& dimacs_path,
                        const std::string& frat_path) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const auto open = [](const std::string& path) {
    return std::unique_ptr<std::FILE, Closer>(std::fopen(path.c_str(), "wb"));
  };
  const auto dimacs = open(dimacs_path);
  if (dimacs == nullptr) {
    return absl::UnavailableError(dimacs_path + ": cannot be written");
  }
  std::fprintf(dimacs.get(), "p cnf %u %zu\n", cnf.num_variables(), cnf.num_clauses());
  for (std::size_t i = 0; i < cnf.num_clauses(); ++i) {
    for (const Literal literal : cnf.clause(i)) {
      std::fprintf(dimacs.get(), "%lld ", static_cast<long long>(literal.Dimacs()));
    }
    std::fputs("0\n", dimacs.get());
  }
  if (std::fflush(dimacs.get()) != 0 || std::ferror(dimacs.get()) != 0) {
    return absl::UnavailableError(dimacs_path + ": cannot be written; is the disk full?");
  }
  const auto frat = open(frat_path);
  if (frat == nullptr) {
    return absl::UnavailableError(frat_path + ": cannot be written");
  }
  // A fresh solver: FRAT logging dumps the whole clause database at every call, so one call it is.
  const CryptoMiniSatLibrary& cms = CryptoMiniSat();
  Engine engine;
  cms.set_frat(&engine.solver, frat.get());
  cms.new_variables(&engine.solver, cnf.num_variables());
  std::vector<CMSat::Lit> clause;
  for (std::size_t i = 0; i < cnf.num_clauses(); ++i) {
    clause.clear();
    for (const Literal literal : cnf.clause(i)) {
      clause.push_back(ToCms(literal));
    }
    cms.add_clause(&engine.solver, clause);
  }
  const CMSat::lbool result = cms.solve(&engine.solver, nullptr, /*only_indep_solution=*/false);
  if (std::fflush(frat.get()) != 0 || std::ferror(frat.get()) != 0) {
    return absl::UnavailableError(frat_path + ": cannot be written; is the disk full?");
  }
  if (result != CMSat::l_False) {
    return absl::FailedPreconditionError("the request is satisfiable: there is nothing to prove");
  }
  return absl::OkStatus();
}

}  // namespace satchel
