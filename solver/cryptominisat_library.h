#pragma once

// The only file that includes CryptoMiniSat, and only sat_solver.cc and cryptominisat_library.cc
// include this one.

#include <cryptominisat5/cryptominisat.h>

namespace satchel {

// The type of a member function as the function that it is (Itanium C++ ABI): the object goes
// first.
template <typename Method>
struct AsFunction;
template <typename Object, typename Result, typename... Arguments>
struct AsFunction<Result (Object::*)(Arguments...)> {
  using type = Result(Object*, Arguments...);
};
template <typename Object, typename Result, typename... Arguments>
struct AsFunction<Result (Object::*)(Arguments...) const> {
  using type = Result(const Object*, Arguments...);
};
template <auto method>
using FunctionOf = typename AsFunction<decltype(method)>::type*;

// What we call of CryptoMiniSat, which is loaded when the first question reaches it: most are
// answered before. No vector that it returns is changed or freed here, nor the other way round, so
// it does not matter whether its C++ library is the same as ours.
struct CryptoMiniSatLibrary {
  using Solver = CMSat::SATSolver;

  void (*construct)(Solver*, void* config, std::atomic<bool>* interrupt);
  void (*destroy)(Solver*);
  FunctionOf<&Solver::nVars> num_variables;
  FunctionOf<&Solver::new_vars> new_variables;
  FunctionOf<&Solver::add_clause> add_clause;
  FunctionOf<&Solver::solve> solve;
  FunctionOf<&Solver::get_model> model;
  FunctionOf<&Solver::get_conflict> conflict;
  FunctionOf<&Solver::set_max_confl> set_max_conflicts;
  FunctionOf<&Solver::set_up_for_arjun> set_up_for_arjun;
  FunctionOf<&Solver::set_polarity_mode> set_polarity_mode;
  FunctionOf<&Solver::set_frat> set_frat;
};

// Loads it, the first time; where that fails, ends the process with a message. Thread-safe.
const CryptoMiniSatLibrary& CryptoMiniSat();

}  // namespace satchel
