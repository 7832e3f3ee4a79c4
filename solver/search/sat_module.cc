// The only file that includes CryptoMiniSat, and all of the module. Facts about 5.11.4 that it
// relies on: an assumption or clause with an undeclared variable ends the process, so the caller
// checks; get_conflict() gives the negated assumptions; set_max_confl() holds for one call; what it
// throws is not always a std::exception (TooManyVarsError).

#include "solver/search/sat_module.h"

#include <exception>
#include <new>
#include <string>
#include <vector>

#include <cryptominisat5/cryptominisat.h>

namespace satchel {
namespace {

using Result = SatModule::Result;

struct Engine {
  Engine() {
    // Chronological backtracking must be off: after it, a decision level whose assumption held
    // already can begin with a literal that was implied, and the assertion
    //   Searcher::handle_conflict: varData[l.var()].reason == PropBy()
    // ends the process (seen on a made-up channel of 100,000 records). Of the public settings this
    // one turns it off; the polarity that it chooses is put back.
    solver.set_up_for_arjun();
    solver.set_polarity_mode(CMSat::PolarityMode::polarmode_automatic);
  }

  void Take(const std::uint32_t* literals, std::size_t size) {
    lits.clear();
    for (std::size_t i = 0; i < size; ++i) {
      lits.push_back(CMSat::Lit::toLit(literals[i]));
    }
  }

  CMSat::SATSolver solver;
  std::vector<CMSat::Lit> lits;  // Kept for its memory.
  std::string error;
};

Engine& Of(void* solver) {
  return *static_cast<Engine*>(solver);
}
const Engine& Of(const void* solver) {
  return *static_cast<const Engine*>(solver);
}

// What `act` returns, or kFailed if it throws: no exception may leave the module.
template <typename Act>
Result Guarded(Engine& engine, Act act) {
  try {
    return act();
  } catch (const std::bad_alloc&) {
    engine.error = "out of memory";
  } catch (const CMSat::TooManyVarsError&) {
    engine.error = "too many variables";
  } catch (const std::exception& error) {
    engine.error = error.what();
  } catch (...) {
    engine.error = "an unknown exception";
  }
  return Result::kFailed;
}

void* Create() {
  try {
    return new Engine;
  } catch (...) {
    return nullptr;
  }
}

void Destroy(void* solver) {
  delete static_cast<Engine*>(solver);
}

Result AddVariables(void* solver, std::size_t count) {
  return Guarded(Of(solver), [&] {
    Of(solver).solver.new_vars(count);
    return Result::kTrue;
  });
}

Result AddClause(void* solver, const std::uint32_t* literals, std::size_t size) {
  return Guarded(Of(solver), [&] {
    Of(solver).Take(literals, size);
    return Of(solver).solver.add_clause(Of(solver).lits) ? Result::kTrue : Result::kFalse;
  });
}

Result Solve(void* solver, const std::uint32_t* assumptions, std::size_t size,
             std::uint64_t max_conflicts) {
  return Guarded(Of(solver), [&] {
    Engine& engine = Of(solver);
    engine.Take(assumptions, size);
    if (max_conflicts != 0) {
      engine.solver.set_max_confl(max_conflicts);
    }
    const CMSat::lbool result = engine.solver.solve(&engine.lits);
    return result == CMSat::l_True    ? Result::kTrue
           : result == CMSat::l_False ? Result::kFalse
                                      : Result::kUnknown;
  });
}

bool IsTrue(const void* solver, std::uint32_t variable) {
  return Of(solver).solver.get_model()[variable] == CMSat::l_True;
}

std::size_t Core(const void* solver, std::uint32_t* literals, std::size_t room) {
  const std::vector<CMSat::Lit>& conflict = Of(solver).solver.get_conflict();
  for (std::size_t i = 0; i < conflict.size() && i < room; ++i) {
    literals[i] = (~conflict[i]).toInt();
  }
  return conflict.size();
}

Result WriteProof(void* solver, std::FILE* file) {
  return Guarded(Of(solver), [&] {
    Of(solver).solver.set_frat(file);
    return Result::kTrue;
  });
}

const char* Error(const void* solver) {
  return Of(solver).error.c_str();
}

}  // namespace
}  // namespace satchel

extern "C" __attribute__((visibility("default"))) const satchel::SatModule* module_of_sat() {
  static constexpr satchel::SatModule kModule = {
      .version = satchel::SatModule::kVersion,
      .create = satchel::Create,
      .destroy = satchel::Destroy,
      .add_variables = satchel::AddVariables,
      .add_clause = satchel::AddClause,
      .solve = satchel::Solve,
      .is_true = satchel::IsTrue,
      .core = satchel::Core,
      .write_proof = satchel::WriteProof,
      .error = satchel::Error,
  };
  return &kModule;
}
