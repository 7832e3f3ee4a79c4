// Whoever is left out has a stand-in: preferred to it, allowed wherever it is, and asking for no
// more.

#include "encoding/dominance.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "tests/encoding/naive_consistency.h"
#include "tests/oracle/random_universe.h"

namespace satchel {
namespace {

// Whether `better` can stand in for `worse` in every plan.
bool StandsIn(const Universe& universe, PackageId package,
              std::span<const RequirementId> requirements, const LeftOut& pair) {
  for (const RequirementId requirement : requirements) {
    if (Contains(universe.Allowed(requirement), pair.worse) &&
        !Contains(universe.Allowed(requirement), pair.better)) {
      return false;
    }
  }
  // Each requirement of the better one follows from one of the worse one on the same name.
  const Links better = universe.LinksOf(package, pair.better);
  const Links worse = universe.LinksOf(package, pair.worse);
  const auto follows = [&](RequirementId requirement, std::span<const RequirementId> from) {
    return std::ranges::any_of(from, [&](RequirementId other) {
      return universe.RequirementOf(other).package == universe.RequirementOf(requirement).package &&
             IsWithin(universe.Allowed(other), universe.Allowed(requirement));
    });
  };
  return pair.better < pair.worse &&
         std::ranges::all_of(
             better.depends,
             [&](RequirementId requirement) { return follows(requirement, worse.depends); }) &&
         std::ranges::all_of(better.constrains, [&](RequirementId requirement) {
           return follows(requirement, worse.constrains) || follows(requirement, worse.depends);
         });
}

TEST(Dominance, LeavesOutOnlyWhatAnotherStandsInFor) {
  std::size_t num_left_out = 0;
  std::size_t num_kept = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::unique_ptr<Grounded> grounded = GroundEverything(oracle::RandomUniverse(seed));
    if (grounded == nullptr) {
      continue;
    }
    const Universe& universe = *grounded->universe;
    const Domains domains(*grounded->universe);
    for (std::size_t p = 0; p < universe.num_packages(); ++p) {
      const PackageId package(p);
      std::vector<RequirementId> requirements;
      for (std::size_t g = 0; g < universe.num_requirements(); ++g) {
        if (universe.RequirementOf(RequirementId(g)).package == package) {
          requirements.push_back(RequirementId(g));
        }
      }
      std::vector<Position> candidates;
      for (Position at = 0; at < universe.NumCandidates(package); ++at) {
        candidates.push_back(at);
      }
      std::vector<LeftOut> left_out;
      const std::vector<Position> kept =
          WithoutDominated(domains, package, candidates, requirements, {}, &left_out);

      // Each candidate once, here or there, and the installed one here.
      std::set<Position> seen(kept.begin(), kept.end());
      for (const LeftOut& pair : left_out) {
        EXPECT_TRUE(StandsIn(universe, package, requirements, pair))
            << "seed " << seed << ", " << universe.NameOf(package) << " " << pair.worse;
        EXPECT_TRUE(std::ranges::count(kept, pair.better) == 1) << "seed " << seed;
        EXPECT_TRUE(seen.insert(pair.worse).second) << "seed " << seed;
      }
      EXPECT_EQ(seen.size(), candidates.size()) << "seed " << seed;
      EXPECT_TRUE(std::ranges::is_sorted(kept));
      if (const Position installed = universe.List(package).installed; installed != kNoPosition) {
        EXPECT_EQ(std::ranges::count(kept, installed), 1) << "seed " << seed;
      }
      num_left_out += left_out.size();
      num_kept += kept.size();

      // A set that a question singles out is not blurred: nothing outside stands in for a member.
      if (candidates.size() > 1) {
        const std::vector<std::vector<Word>> distinguished = {
            RangeSet(candidates.size(), static_cast<Position>(candidates.size() / 2),
                     static_cast<Position>(candidates.size()))};
        left_out.clear();
        (void)WithoutDominated(domains, package, candidates, requirements, distinguished,
                               &left_out);
        for (const LeftOut& pair : left_out) {
          EXPECT_TRUE(!Contains(distinguished[0], pair.worse) ||
                      Contains(distinguished[0], pair.better))
              << "seed " << seed;
        }
      }
    }
  }
  EXPECT_GT(num_left_out, 500U);
  EXPECT_GT(num_kept, 500U);
}

}  // namespace
}  // namespace satchel
