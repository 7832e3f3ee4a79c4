// The CNF against its truth table: for each choice of candidates, it can be satisfied exactly where
// the choice is a model.

#include "encoding/encoder.h"

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "encoding/plain_encoder.h"
#include "solver/search/sat_solver.h"
#include "tests/encoding/naive_consistency.h"
#include "tests/oracle/random_universe.h"

namespace satchel {
namespace {

constexpr std::uint64_t kNumEncodings = 400;
constexpr std::size_t kMaxEncodedModels = 3'000;

std::vector<Word> Single(const Universe& universe, PackageId package, Position at) {
  return RangeSet(universe.NumCandidates(package), at, at + 1);
}

// The literals that make an encoding choose exactly what the model does.
template <typename AnyEncoding>
std::vector<Literal> Assumptions(AnyEncoding& encoding, const Universe& universe,
                                 const std::vector<Position>& model) {
  std::vector<Literal> assumptions;
  for (std::size_t p = 0; p < model.size(); ++p) {
    const PackageId package(p);
    for (Position at = 0; at < universe.NumCandidates(package); ++at) {
      if (model[p] == at) {
        assumptions.push_back(encoding.ChosenFrom(package, Single(universe, package, at)));
      }
    }
  }
  return assumptions;
}

bool IsPossible(const Cnf& cnf, const std::vector<Literal>& assumptions) {
  SatSolver solver;
  solver.Add(cnf, 0);
  const StopSignal never(0, nullptr);
  std::vector<Literal> variables;
  for (const Literal literal : assumptions) {
    if (literal.IsFalse()) {
      return false;
    }
    if (!literal.IsTrue()) {
      variables.push_back(literal);
    }
  }
  return solver.Solve(variables, never).value();
}

TEST(PlainEncoding, IsSatisfiableExactlyForModels) {
  std::size_t num_yes = 0;
  std::size_t num_no = 0;
  std::size_t num_without = 0;
  for (std::uint64_t seed = 1; seed <= kNumEncodings && !::testing::Test::HasFailure(); ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    // What was asked for once has to stay, which is no matter of the candidates.
    if (grounded == nullptr || !grounded->world.request.installed.empty()) {
      continue;
    }
    Universe& universe = *grounded->universe;
    const auto models = AllModels(*grounded, {}, kMaxEncodedModels);
    if (!models.has_value()) {
      continue;
    }
    PlainEncoding encoding(universe);
    for (const Choice& demand : grounded->demands) {
      encoding.Require(demand.package, demand.allowed);
    }
    EXPECT_EQ(IsPossible(encoding.cnf(), {}), !models->empty()) << "seed " << seed;
    num_without += models->empty() ? 1 : 0;
    // Each single candidate can be chosen exactly if some model has it.
    for (std::size_t p = 0; p < universe.num_packages(); ++p) {
      const PackageId package(p);
      std::set<Position> in_models;
      for (const std::vector<Position>& model : *models) {
        in_models.insert(model[p]);
      }
      for (Position at = 0; at < universe.NumCandidates(package); ++at) {
        const Literal chosen = encoding.ChosenFrom(package, Single(universe, package, at));
        const bool possible = IsPossible(encoding.cnf(), {chosen});
        EXPECT_EQ(possible, in_models.contains(at))
            << "seed " << seed << ", " << universe.NameOf(package) << " " << at;
        ++(possible ? num_yes : num_no);
      }
    }
  }
  EXPECT_GT(num_yes, 20U);
  EXPECT_GT(num_no, 20U);
  EXPECT_GT(num_without, 0U);
}

// What the domains leave open, with nothing merged: the models are the same.
TEST(Encoding, IsSatisfiableExactlyForModels) {
  std::size_t num_models = 0;
  std::size_t num_no = 0;
  for (std::uint64_t seed = 1; seed <= kNumEncodings && !::testing::Test::HasFailure(); ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    // What was asked for once has to stay, which is no matter of the candidates.
    if (grounded == nullptr || !grounded->world.request.installed.empty()) {
      continue;
    }
    const auto models = AllModels(*grounded, {}, kMaxEncodedModels);
    if (!models.has_value() || models->empty()) {
      continue;
    }
    Universe& universe = *grounded->universe;
    const absl::StatusOr<std::unique_ptr<Universe>> made =
        Universe::Make(grounded->world.request, VersionPreference::kNewest);
    ASSERT_TRUE(made.ok());
    std::vector<PackageId> roots;
    for (std::size_t p = 0; p < universe.num_packages(); ++p) {
      roots.push_back((*made)->Intern(universe.NameOf(PackageId(p))));
    }
    Domains domains(**made);
    for (const Choice& demand : grounded->demands) {
      domains.Require(demand.package);
      domains.Restrict(demand.package, demand.allowed);
    }
    ASSERT_TRUE(domains.Propagate());
    for (const PackageId root : roots) {
      ASSERT_TRUE(domains.GroundAll(root));
    }
    Encoding encoding(domains, roots, {}, {.merge_candidates = false});
    for (const std::vector<Position>& model : *models) {
      const std::vector<Literal> assumptions = Assumptions(encoding, universe, model);
      EXPECT_TRUE(IsPossible(encoding.cnf(), assumptions)) << "seed " << seed;
      ++num_models;
    }
    for (std::size_t p = 0; p < universe.num_packages(); ++p) {
      const PackageId package(p);
      std::set<Position> in_models;
      for (const std::vector<Position>& model : *models) {
        in_models.insert(model[p]);
      }
      for (Position at = 0; at < universe.NumCandidates(package); ++at) {
        if (!in_models.contains(at) && Contains(domains.Domain(package), at)) {
          const Literal chosen = encoding.ChosenFrom(package, Single(universe, package, at));
          EXPECT_FALSE(IsPossible(encoding.cnf(), {chosen}))
              << "seed " << seed << ", " << universe.NameOf(package) << " " << at;
          ++num_no;
        }
      }
    }
  }
  EXPECT_GT(num_models, 100U);
  EXPECT_GT(num_no, 3U);
}

}  // namespace
}  // namespace satchel
