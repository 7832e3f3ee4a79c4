#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace satchel {

// The face of the module sat (base/module.h), which is linked with CryptoMiniSat: most
// requests are answered before a SAT solver is asked, so the program is not.
//
// Literals are 2 * variable + 1 if negated; variables count from 0. Functions that return a Result
// say kFailed after an exception; the solver must then only be destroyed.
struct SatModule {
  static constexpr int kVersion = 1;  // Grows with every change of this struct.
  enum Result { kTrue, kFalse, kUnknown, kFailed };

  int version;

  void* (*create)();  // Null: no memory.
  void (*destroy)(void* solver);
  Result (*add_variables)(void* solver, std::size_t count);
  // kFalse if the clauses are now contradictory, which solve() says too.
  Result (*add_clause)(void* solver, const std::uint32_t* literals, std::size_t size);
  // kUnknown after `max_conflicts`; 0: no limit.
  Result (*solve)(void* solver, const std::uint32_t* assumptions, std::size_t size,
                  std::uint64_t max_conflicts);
  // After kTrue: whether the variable is true.
  bool (*is_true)(const void* solver, std::uint32_t variable);
  // After kFalse: assumptions that are together impossible, at most `room` of them, and how many
  // there are.
  std::size_t (*core)(const void* solver, std::uint32_t* literals, std::size_t room);
  // Before the first clause: where the FRAT proof goes.
  Result (*write_proof)(void* solver, std::FILE* file);
  // What the exception said.
  const char* (*error)(const void* solver);
};

}  // namespace satchel

// Defined where the module is linked and not loaded (libsatchel.so).
extern "C" __attribute__((weak)) const satchel::SatModule* module_of_sat();
