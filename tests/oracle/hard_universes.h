#pragma once

#include <cstdint>
#include <string_view>

#include "tests/oracle/universe.h"

namespace satchel::oracle {

// Puzzles as packages: small, and all search. Each variable is a package, its values are versions,
// and `constrains` says what does not go together. All packages are requested.

// size * size cells, size a square; `clues` row by row, '.' for an open cell, else '1' and so on.
[[nodiscard]] Universe Sudoku(int size, std::string_view clues);
[[nodiscard]] Universe Queens(int size);
// One more pigeon than there are holes: no plan, and no short proof of it.
[[nodiscard]] Universe Pigeonhole(int num_holes);
// Random 3-SAT: a package for each clause, which has a build for each of its three literals.
[[nodiscard]] Universe RandomSat(int num_variables, int num_clauses, std::uint64_t seed);

}  // namespace satchel::oracle
