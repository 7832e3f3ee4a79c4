// The domains against the same rules applied naively, and against all models: on random small
// worlds, with random restrictions, undone and made again.

#include "encoding/domains.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

#include "tests/encoding/naive_consistency.h"
#include "tests/oracle/dice.h"
#include "tests/oracle/random_universe.h"

namespace satchel {
namespace {

constexpr std::uint64_t kNumWorlds = 1000;
constexpr std::size_t kMaxModels = 20'000;

void Demand(Domains& domains, const Choice& choice) {
  domains.Require(choice.package);
  domains.Restrict(choice.package, choice.allowed);
}

// Each candidate looked at, so that laziness leaves nothing out.
bool PropagateAll(Domains& domains) {
  bool holds = domains.Propagate();
  for (std::size_t p = 0; holds && p < domains.universe().num_packages(); ++p) {
    holds = domains.GroundAll(PackageId(p));
  }
  return holds;
}

std::unique_ptr<Domains> Requested(const Grounded& grounded) {
  auto domains = std::make_unique<Domains>(*grounded.universe);
  for (const Choice& demand : grounded.demands) {
    Demand(*domains, demand);
  }
  return domains;
}

// A random part of a random name's candidates.
Choice RandomChoice(oracle::Dice& dice, const Grounded& grounded) {
  const PackageId package(dice.Below(grounded.num_packages()));
  const std::size_t size = grounded.universe->NumCandidates(package);
  std::vector<Word> allowed(WordsFor(size), 0);
  for (Position at = 0; at < size; ++at) {
    if (dice.Chance(70)) {
      Insert(allowed, at);
    }
  }
  return {package, allowed};
}

void ExpectEqual(const Domains& domains, const Consistency& expected, std::uint64_t seed) {
  ASSERT_EQ(domains.failed(), expected.failed) << "seed " << seed;
  if (expected.failed) {
    return;
  }
  for (std::size_t p = 0; p < expected.domains.size(); ++p) {
    EXPECT_EQ(domains.IsRequired(PackageId(p)), expected.required[p]) << "seed " << seed;
    for (Position at = 0; at < expected.domains[p].size(); ++at) {
      EXPECT_EQ(Contains(domains.Domain(PackageId(p)), at), expected.domains[p][at])
          << "seed " << seed << ", " << domains.universe().NameOf(PackageId(p)) << " " << at;
    }
  }
}

TEST(Domains, AreTheNaiveFixpointWhereEverythingIsGrounded) {
  int num_failed = 0;
  int num_compared = 0;
  for (std::uint64_t seed = 1; seed <= kNumWorlds && !::testing::Test::HasFailure(); ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    if (grounded == nullptr || grounded->num_packages() == 0) {
      continue;
    }
    // Of a universe of its own, as the domains note who uses a requirement when they ground it.
    const std::unique_ptr<Grounded> fresh = GroundEverything(oracle::RandomUniverse(seed));
    const absl::StatusOr<std::unique_ptr<Universe>> universe =
        Universe::Make(fresh->world.request, VersionPreference::kNewest);
    ASSERT_TRUE(universe.ok());
    // Names in the same order in both.
    for (std::size_t p = 0; p < grounded->num_packages(); ++p) {
      (*universe)->Intern(grounded->universe->NameOf(PackageId(p)));
    }
    Domains domains(**universe);
    for (const Choice& demand : grounded->demands) {
      Demand(domains, demand);
    }
    PropagateAll(domains);
    const Consistency expected = NaiveConsistency(*grounded, {});
    ExpectEqual(domains, expected, seed);
    ++num_compared;
    num_failed += expected.failed ? 1 : 0;

    // Restricted at random, undone, and restricted otherwise: the last alone counts.
    if (expected.failed) {
      continue;
    }
    oracle::Dice dice(seed);
    const Domains::Mark mark = domains.Now();
    for (int round = 0; round < 4; ++round) {
      std::vector<Choice> choices;
      for (std::size_t i = 1 + dice.Below(3); i > 0; --i) {
        choices.push_back(RandomChoice(dice, *grounded));
      }
      for (const Choice& choice : choices) {
        Demand(domains, choice);
      }
      PropagateAll(domains);
      const Consistency restricted = NaiveConsistency(*grounded, choices);
      ExpectEqual(domains, restricted, seed);
      num_failed += restricted.failed ? 1 : 0;
      domains.UndoTo(mark);
      PropagateAll(domains);
      ExpectEqual(domains, expected, seed);
    }
  }
  EXPECT_GT(num_compared, static_cast<int>(kNumWorlds) * 4 / 5);
  EXPECT_GT(num_failed, 500);  // Else failures and their undoing are hardly looked at.
}

// Soundness, whatever was grounded: no candidate of a model is gone, nothing is required that some
// model lacks, and there is no failure where there is a model.
TEST(Domains, RemoveNothingThatIsInAModel) {
  std::size_t num_models = 0;
  std::size_t num_removed = 0;
  for (std::uint64_t seed = 1; seed <= kNumWorlds && !::testing::Test::HasFailure(); ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    if (grounded == nullptr || grounded->num_packages() == 0) {
      continue;
    }
    oracle::Dice dice(seed);
    const std::vector<Choice> choices = {RandomChoice(dice, *grounded)};
    const auto models = AllModels(*grounded, choices, kMaxModels);
    if (!models.has_value() || models->empty()) {
      continue;
    }
    num_models += models->size();
    const std::unique_ptr<Domains> domains = Requested(*grounded);
    Demand(*domains, choices[0]);
    EXPECT_TRUE(domains->Propagate()) << "seed " << seed;
    for (std::size_t p = 0; p < grounded->num_packages(); ++p) {
      num_removed +=
          grounded->universe->NumCandidates(PackageId(p)) - Count(domains->Domain(PackageId(p)));
      for (const std::vector<Position>& model : *models) {
        if (model[p] == kNoPosition) {
          EXPECT_FALSE(domains->IsRequired(PackageId(p))) << "seed " << seed;
        } else {
          EXPECT_TRUE(Contains(domains->Domain(PackageId(p)), model[p])) << "seed " << seed;
        }
      }
    }
  }
  EXPECT_GT(num_models, 1'000U);
  EXPECT_GT(num_removed, 100U);
}

// What WhyFailed says fails by itself: the restrictions that it names, as far as it says, and no
// others. And a combination learned from it rules out no model.
TEST(Domains, ReasonsOfAFailureSuffice) {
  int num_failures = 0;
  int num_partial = 0;
  for (std::uint64_t seed = 1; seed <= kNumWorlds && !::testing::Test::HasFailure(); ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    if (grounded == nullptr || grounded->num_packages() == 0) {
      continue;
    }
    const absl::StatusOr<std::unique_ptr<Universe>> universe =
        Universe::Make(grounded->world.request, VersionPreference::kNewest);
    ASSERT_TRUE(universe.ok());
    for (std::size_t p = 0; p < grounded->num_packages(); ++p) {
      (*universe)->Intern(grounded->universe->NameOf(PackageId(p)));
    }
    Domains domains(**universe);
    for (const Choice& demand : grounded->demands) {
      Demand(domains, demand);
    }
    if (!PropagateAll(domains)) {
      continue;
    }
    oracle::Dice dice(seed);
    const Domains::Mark mark = domains.Now();
    std::vector<Choice> choices;
    for (std::uint32_t i = 0; i < 6 && !domains.failed(); ++i) {
      choices.push_back(RandomChoice(dice, *grounded));
      domains.SetReason(i);
      Demand(domains, choices.back());
      domains.SetReason(Domains::kNoReason);
      domains.Propagate();
    }
    if (!domains.failed()) {
      continue;
    }
    ++num_failures;
    std::vector<Choice> weaker;
    for (const auto& reason : domains.WhyFailed(mark).reasons) {
      Choice choice = choices[reason.reason];
      std::vector<Word> allowed =
          RangeSet(grounded->universe->NumCandidates(choice.package), 0,
                   static_cast<Position>(grounded->universe->NumCandidates(choice.package)));
      if (!reason.ruled_out.empty()) {
        Subtract(allowed, reason.ruled_out);
      }
      weaker.push_back({choice.package, allowed});
    }
    num_partial += weaker.size() < choices.size() ? 1 : 0;
    const auto models = AllModels(*grounded, weaker, kMaxModels);
    EXPECT_TRUE(!models.has_value() || models->empty()) << "seed " << seed;
  }
  EXPECT_GT(num_failures, 100);
  EXPECT_GT(num_partial, 30);
}

}  // namespace
}  // namespace satchel
