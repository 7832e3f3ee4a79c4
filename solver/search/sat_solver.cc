#include "solver/search/sat_solver.h"

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "base/check.h"
#include "base/module.h"
#include "base/status_macros.h"

namespace satchel {
namespace {

// How often the clock and the cancel flag are looked at.
constexpr std::uint64_t kConflictsPerSlice = 2000;

const absl::StatusOr<const SatModule*>& Module() {
  static const absl::StatusOr<const SatModule*> module =
      LoadModule<SatModule>("sat", module_of_sat);
  return module;
}

}  // namespace

SatSolver::SatSolver() : failure_(Module().status()) {
  if (failure_.ok()) {
    module_ = *Module();
    engine_ = module_->create();
    if (engine_ == nullptr) {
      failure_ = absl::ResourceExhaustedError("the SAT solver: out of memory");
    }
  }
}

SatSolver::~SatSolver() {
  if (engine_ != nullptr) {
    module_->destroy(engine_);
  }
}

bool SatSolver::Did(SatModule::Result result) {
  if (result == SatModule::kFailed) {
    failure_ =
        absl::ResourceExhaustedError(absl::StrCat("the SAT solver: ", module_->error(engine_)));
  }
  return failure_.ok();
}

void SatSolver::Add(const Cnf& cnf, std::size_t first_clause) {
  if (!failure_.ok()) {
    return;
  }
  if (cnf.num_variables() > num_variables_) {
    if (!Did(module_->add_variables(engine_, cnf.num_variables() - num_variables_))) {
      return;
    }
    num_variables_ = cnf.num_variables();
  }
  for (std::size_t i = first_clause; i < cnf.num_clauses(); ++i) {
    literals_.clear();
    for (const Literal literal : cnf.clause(i)) {
      SATCHEL_CHECK(literal.variable() < num_variables_);
      literals_.push_back(literal.code());
    }
    if (!Did(module_->add_clause(engine_, literals_.data(), literals_.size()))) {
      return;
    }
  }
}

Answer SatSolver::Solve(std::span<const Literal> assumptions, const StopSignal& stop) {
  core_.clear();
  literals_.clear();
  for (const Literal literal : assumptions) {
    if (literal.IsFalse()) {
      core_ = {literal};
      return false;
    }
    if (!literal.IsTrue()) {
      SATCHEL_CHECK(!failure_.ok() || literal.variable() < num_variables_);
      literals_.push_back(literal.code());
    }
  }
  while (failure_.ok() && !stop.stop()) {
    switch (const auto result =
                module_->solve(engine_, literals_.data(), literals_.size(), kConflictsPerSlice)) {
      case SatModule::kTrue:
        return true;
      case SatModule::kFalse:
        ReadCore();
        return false;
      case SatModule::kUnknown:
      case SatModule::kFailed:
        Did(result);
    }
  }
  return failure_.ok() ? Answer(stop.Why()) : Answer(failure_);
}

void SatSolver::ReadCore() {
  std::vector<std::uint32_t> codes(module_->core(engine_, nullptr, 0));
  module_->core(engine_, codes.data(), codes.size());
  for (const std::uint32_t code : codes) {
    const Literal positive = Literal::Positive(code / 2);
    core_.push_back(code % 2 == 0 ? positive : ~positive);
  }
}

bool SatSolver::IsTrue(Literal literal) const {
  if (literal.IsTrue() || literal.IsFalse()) {
    return literal.IsTrue();
  }
  return module_->is_true(engine_, literal.variable()) != literal.negated();
}

absl::Status SatSolver::WriteProof(const Cnf& cnf, std::FILE* frat) {
  RETURN_IF_ERROR(failure_);
  if (Did(module_->write_proof(engine_, frat))) {
    Add(cnf, 0);
  }
  const SatModule::Result result =
      failure_.ok() ? module_->solve(engine_, nullptr, 0, /*max_conflicts=*/0) : SatModule::kFailed;
  if (failure_.ok()) {
    Did(result);
  }
  RETURN_IF_ERROR(failure_);
  return result == SatModule::kFalse ? absl::OkStatus()
                                     : absl::FailedPreconditionError(
                                           "the request is satisfiable: there is nothing to prove");
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
  const absl::Status written = SatSolver().WriteProof(cnf, frat.get());
  if (std::fflush(frat.get()) != 0 || std::ferror(frat.get()) != 0) {
    return absl::UnavailableError(frat_path + ": cannot be written; is the disk full?");
  }
  return written;
}

}  // namespace satchel
