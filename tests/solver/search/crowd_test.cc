#include "solver/search/crowd.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"

#include "encoding/universe.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/hard_universes.h"
#include "tests/oracle/universe.h"

namespace satchel {
namespace {

// The number of places, or 0 if no crowd is found.
std::size_t PlacesOfCrowd(const oracle::Universe& told) {
  const absl::StatusOr<oracle::World> world = oracle::BuildWorld(told);
  EXPECT_TRUE(world.ok()) << world.status();
  const absl::StatusOr<std::unique_ptr<Universe>> universe =
      Universe::Make(world->request, VersionPreference::kNewest);
  EXPECT_TRUE(universe.ok()) << universe.status();
  Domains domains(**universe);
  for (const MatchSpec& spec : world->request.specs) {
    domains.Require((*universe)->Intern(spec.name()));
  }
  EXPECT_TRUE(domains.Propagate());
  const std::optional<Crowd> crowd = FindCrowd(domains);
  EXPECT_FALSE(crowd.has_value() && crowd->packages.size() <= crowd->num_slots);
  return crowd.has_value() ? crowd->num_slots : 0;
}

TEST(Crowd, Pigeons) {
  EXPECT_EQ(PlacesOfCrowd(oracle::Pigeonhole(3)), 3U);
  EXPECT_EQ(PlacesOfCrowd(oracle::Pigeonhole(30)), 30U);
  EXPECT_EQ(PlacesOfCrowd(oracle::Queens(8)), 0U);
}

using Values = std::vector<std::vector<bool>>;  // By a * size + value of a, the same of b.

bool HasSolution(const Values& excluded, int num_packages, int num_values,
                 std::vector<int> chosen) {
  const int package = static_cast<int>(chosen.size());
  if (package == num_packages) {
    return true;
  }
  for (int value = 0; value < num_values; ++value) {
    bool fits = true;
    for (int other = 0; other < package; ++other) {
      fits = fits && !excluded[other * num_values + chosen[other]][package * num_values + value];
    }
    chosen.push_back(value);
    if (fits && HasSolution(excluded, num_packages, num_values, chosen)) {
      return true;
    }
    chosen.pop_back();
  }
  return false;
}

// Candidates of a kind mostly exclude each other, others seldom: by constrains, or as they need
// different versions of one package.
oracle::Universe RandomPuzzle(oracle::Dice& dice, int num_packages, int num_values,
                              Values* excluded) {
  const auto size = static_cast<std::size_t>(num_packages * num_values);
  excluded->assign(size, std::vector<bool>(size, false));
  std::vector<std::size_t> kinds;
  for (std::size_t i = 0; i < size; ++i) {
    kinds.push_back(dice.Below(static_cast<std::size_t>(num_packages) - 1));
  }
  oracle::Universe universe;
  universe.channels.push_back({"puzzle", {}});
  std::vector<oracle::UniverseRecord> both;
  for (std::size_t i = 0; i < size; ++i) {
    oracle::UniverseRecord record;
    record.name = absl::StrFormat("v%d", i / num_values);
    record.version = std::to_string(i % num_values + 1);
    record.build = "0";
    for (std::size_t j = 0; j < size; ++j) {
      const bool are_different = j / num_values != i / num_values;
      if (j > i && are_different && dice.Chance(kinds[i] == kinds[j] ? 97 : 5)) {
        (*excluded)[i][j] = true;
        if (dice.Chance(50)) {
          record.constrains.push_back(
              absl::StrFormat("v%d !=%d", j / num_values, j % num_values + 1));
        } else {
          record.depends.push_back(absl::StrFormat("s%d-%d ==1", i, j));
        }
      }
      if (j < i && (*excluded)[j][i]) {
        record.depends.push_back(absl::StrFormat("s%d-%d >=2", j, i));
      }
    }
    both.push_back(std::move(record));
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) {
      for (const char* const version : {"1", "2"}) {
        oracle::UniverseRecord record;
        record.name = absl::StrFormat("s%d-%d", i, j);
        record.version = version;
        record.build = "0";
        both.push_back(std::move(record));
      }
    }
  }
  universe.channels[0].records = std::move(both);
  for (int package = 0; package < num_packages; ++package) {
    universe.specs.push_back(absl::StrFormat("v%d", package));
  }
  return universe;
}

TEST(Crowd, OnlyWhereThereIsNoPlan) {
  int num_found = 0;
  int num_solvable = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    oracle::Dice dice(seed);
    const int num_packages = 3 + static_cast<int>(dice.Below(3));
    const int num_values = 2 + static_cast<int>(dice.Below(2));
    Values excluded;
    const oracle::Universe universe = RandomPuzzle(dice, num_packages, num_values, &excluded);
    const absl::StatusOr<oracle::World> world = oracle::BuildWorld(universe);
    ASSERT_TRUE(world.ok()) << world.status();
    const absl::StatusOr<std::unique_ptr<Universe>> made =
        Universe::Make(world->request, VersionPreference::kNewest);
    ASSERT_TRUE(made.ok()) << made.status();
    Domains domains(**made);
    for (const MatchSpec& spec : world->request.specs) {
      domains.Require((*made)->Intern(spec.name()));
    }
    const bool has_solution = HasSolution(excluded, num_packages, num_values, {});
    const bool is_found = domains.Propagate() && FindCrowd(domains).has_value();
    EXPECT_FALSE(has_solution && is_found) << "seed " << seed;
    num_found += is_found ? 1 : 0;
    num_solvable += has_solution ? 1 : 0;
  }
  EXPECT_GT(num_found, 20);
  EXPECT_GT(num_solvable, 20);
}

}  // namespace
}  // namespace satchel
