// The only file that includes CryptoMiniSat, and all of the module. Facts about 5.11.4 that it
// relies on: an assumption with an undeclared variable ends the process by exit(), so the caller
// checks; its assertions are on; get_conflict() gives the negated assumptions; set_max_confl()
// holds for one call; what it throws is not always a std::exception (TooManyVarsError).

#include "solver/search/sat_module.h"

#include <csetjmp>
#include <csignal>
#include <exception>
#include <mutex>
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
  bool is_broken = false;  // An assertion failed: nothing in it can be trusted any more.
};

// A failed assertion of CryptoMiniSat calls abort(). While a thread is in it, that thread jumps out
// of it instead, over frames that are not unwound: what they hold is lost, and the solver is left
// as it is. Other aborts are what they were.
thread_local sigjmp_buf* way_out = nullptr;
struct sigaction aborts_before = {};

void LeaveOnAbort(int signal) {
  if (way_out != nullptr) {
    siglongjmp(*way_out, 1);
  }
  if ((aborts_before.sa_flags & SA_SIGINFO) == 0 && aborts_before.sa_handler != SIG_DFL &&
      aborts_before.sa_handler != SIG_IGN) {
    aborts_before.sa_handler(signal);
  }
}

void CatchAborts() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_handler = LeaveOnAbort;
    action.sa_flags = SA_NODEFER;  // So that no mask has to be saved at each call.
    sigaction(SIGABRT, &action, &aborts_before);
  });
}

Engine& Of(void* solver) {
  return *static_cast<Engine*>(solver);
}
const Engine& Of(const void* solver) {
  return *static_cast<const Engine*>(solver);
}

// What `act` returns, or kFailed if it throws or an assertion fails: no exception may leave the
// module.
template <typename Act>
Result Guarded(Engine& engine, Act act) {
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0) {
    way_out = nullptr;
    engine.error = "an assertion of CryptoMiniSat failed";
    engine.is_broken = true;
    return Result::kFailed;
  }
  struct Scope {
    explicit Scope(sigjmp_buf* here) { way_out = here; }
    ~Scope() { way_out = nullptr; }
  };
  try {
    const Scope scope(&here);
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
  CatchAborts();
  try {
    return new Engine;
  } catch (...) {
    return nullptr;
  }
}

void Destroy(void* solver) {
  if (!static_cast<Engine*>(solver)->is_broken) {
    delete static_cast<Engine*>(solver);
  }
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
