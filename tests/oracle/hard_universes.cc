#include "tests/oracle/hard_universes.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

#include "tests/oracle/dice.h"

namespace satchel::oracle {
namespace {

// Whether two variables may not have these values at once.
using Excludes = std::function<bool(int a, int value_of_a, int b, int value_of_b)>;

Universe Puzzle(int num_variables, int num_values, const Excludes& excludes) {
  Universe universe;
  universe.channels.push_back({"puzzle", {}});
  const auto name = [](int variable) { return absl::StrFormat("v%02d", variable); };
  for (int a = 0; a < num_variables; ++a) {
    for (int value = 1; value <= num_values; ++value) {
      UniverseRecord record;
      record.name = name(a);
      record.version = std::to_string(value);
      record.build = "0";
      for (int b = 0; b < num_variables; ++b) {
        for (int other = 1; other <= num_values; ++other) {
          if (a < b && excludes(a, value, b, other)) {
            record.constrains.push_back(absl::StrFormat("%s !=%d", name(b), other));
          }
        }
      }
      universe.channels[0].records.push_back(std::move(record));
    }
    universe.specs.push_back(name(a));
  }
  return universe;
}

}  // namespace

Universe Sudoku(int size, std::string_view clues) {
  const int box = static_cast<int>(std::lround(std::sqrt(size)));
  const auto excludes = [=](int a, int value_of_a, int b, int value_of_b) {
    const bool sees = a / size == b / size || a % size == b % size ||
                      (a / size / box == b / size / box && a % size / box == b % size / box);
    return sees && value_of_a == value_of_b;
  };
  Universe universe = Puzzle(size * size, size, excludes);
  for (std::size_t cell = 0; cell < clues.size(); ++cell) {
    if (clues[cell] != '.') {
      universe.specs[cell] += absl::StrFormat(" ==%c", clues[cell]);
    }
  }
  return universe;
}

Universe Queens(int size) {
  return Puzzle(size, size, [](int a, int value_of_a, int b, int value_of_b) {
    return value_of_a == value_of_b || std::abs(value_of_a - value_of_b) == b - a;
  });
}

Universe Pigeonhole(int num_holes) {
  return Puzzle(num_holes + 1, num_holes,
                [](int, int value_of_a, int, int value_of_b) { return value_of_a == value_of_b; });
}

Universe RandomSat(int num_variables, int num_clauses, std::uint64_t seed) {
  Dice dice(seed);
  Universe universe;
  universe.channels.push_back({"puzzle", {}});
  const auto add = [&](std::string name, std::string version, std::string build,
                       std::vector<std::string> depends) {
    UniverseRecord record;
    record.name = std::move(name);
    record.version = std::move(version);
    record.build = std::move(build);
    record.depends = std::move(depends);
    universe.channels[0].records.push_back(std::move(record));
  };
  for (int variable = 0; variable < num_variables; ++variable) {
    add(absl::StrFormat("x%d", variable), "1", "0", {});
    add(absl::StrFormat("x%d", variable), "2", "0", {});
  }
  for (int clause = 0; clause < num_clauses; ++clause) {
    const std::string name = absl::StrFormat("c%d", clause);
    for (const char* build : {"a", "b", "c"}) {
      const auto variable = static_cast<int>(dice.Below(static_cast<std::size_t>(num_variables)));
      add(name, "1", build, {absl::StrFormat("x%d ==%d", variable, dice.Chance(50) ? 1 : 2)});
    }
    universe.specs.push_back(name);
  }
  return universe;
}

}  // namespace satchel::oracle
