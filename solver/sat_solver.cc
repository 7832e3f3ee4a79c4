// The only file that knows CryptoMiniSat. Facts about 5.11.4 that the code relies on: an assumption
// or clause with an undeclared variable ends the process, so ranges are checked here;
// get_conflict() gives the negated assumptions; set_max_confl() holds for one call.

#include "solver/sat_solver.h"

#include <cstdio>
#include <string>

#include <cryptominisat5/cryptominisat.h>

#include "absl/status/status.h"

#include "base/check.h"

namespace satchel {
namespace {

// How often the clock and the cancel flag are looked at.
constexpr std::uint64_t kConflictsPerSlice = 2000;

CMSat::Lit ToCms(Literal literal) {
  return CMSat::Lit(literal.variable(), literal.negated());
}

// Chronological backtracking must be off: after it, a decision level whose assumption held already
// can begin with a literal that was implied, and the assertion
//   Searcher::handle_conflict: varData[l.var()].reason == PropBy()
// ends the process (seen on a made-up channel of 100,000 records). Of the public settings this one
// turns it off; the polarity that it chooses is put back.
void Prepare(CMSat::SATSolver& solver) {
  solver.set_up_for_arjun();
  solver.set_polarity_mode(CMSat::PolarityMode::polarmode_automatic);
}

}  // namespace

struct SatSolver::Impl {
  Impl() { Prepare(solver); }

  CMSat::SATSolver solver;
  std::vector<CMSat::Lit> clause;
};

SatSolver::SatSolver() : impl_(std::make_unique<Impl>()) {}
SatSolver::~SatSolver() = default;

void SatSolver::Add(const Cnf& cnf, std::size_t first_clause) {
  CMSat::SATSolver& solver = impl_->solver;
  if (cnf.num_variables() > solver.nVars()) {
    solver.new_vars(cnf.num_variables() - solver.nVars());
  }
  for (std::size_t i = first_clause; i < cnf.num_clauses(); ++i) {
    impl_->clause.clear();
    for (const Literal literal : cnf.clause(i)) {
      SATCHEL_CHECK(literal.variable() < cnf.num_variables());
      impl_->clause.push_back(ToCms(literal));
    }
    solver.add_clause(impl_->clause);  // False if now contradictory; Solve says so too.
  }
}

SatSolver::Result SatSolver::Solve(std::span<const Literal> assumptions, const StopSignal& stop) {
  CMSat::SATSolver& solver = impl_->solver;
  core_.clear();
  std::vector<CMSat::Lit> lits;
  for (const Literal literal : assumptions) {
    if (literal.IsFalse()) {
      core_ = {literal};
      return Result::kUnsatisfiable;
    }
    if (!literal.IsTrue()) {
      SATCHEL_CHECK(literal.variable() < solver.nVars());
      lits.push_back(ToCms(literal));
    }
  }
  for (;;) {
    if (stop.stop()) {
      return Result::kStopped;
    }
    solver.set_max_confl(kConflictsPerSlice);
    const CMSat::lbool result = solver.solve(&lits);
    if (result == CMSat::l_True) {
      return Result::kSatisfiable;
    }
    if (result == CMSat::l_False) {
      for (const CMSat::Lit lit : solver.get_conflict()) {
        const Literal positive = Literal::Positive(lit.var());
        core_.push_back(lit.sign() ? positive : ~positive);
      }
      return Result::kUnsatisfiable;
    }
  }
}

bool SatSolver::IsTrue(Literal literal) const {
  if (literal.IsTrue() || literal.IsFalse()) {
    return literal.IsTrue();
  }
  const std::vector<CMSat::lbool>& model = impl_->solver.get_model();
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
  CMSat::SATSolver solver;
  Prepare(solver);
  solver.set_frat(frat.get());
  solver.new_vars(cnf.num_variables());
  std::vector<CMSat::Lit> clause;
  for (std::size_t i = 0; i < cnf.num_clauses(); ++i) {
    clause.clear();
    for (const Literal literal : cnf.clause(i)) {
      clause.push_back(ToCms(literal));
    }
    solver.add_clause(clause);
  }
  const CMSat::lbool result = solver.solve();
  if (std::fflush(frat.get()) != 0 || std::ferror(frat.get()) != 0) {
    return absl::UnavailableError(frat_path + ": cannot be written; is the disk full?");
  }
  if (result != CMSat::l_False) {
    return absl::FailedPreconditionError("the request is satisfiable: there is nothing to prove");
  }
  return absl::OkStatus();
}

}  // namespace satchel
