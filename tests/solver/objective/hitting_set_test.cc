// HittingSet against trying all levels.

#include "solver/objective/hitting_set.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace satchel {
namespace {

using Levels = std::vector<std::size_t>;
using Core = HittingSet::Core;

struct Case {
  std::vector<std::vector<std::int64_t>> costs;  // By term, level: rising.
  std::vector<Core> cores;

  std::optional<std::int64_t> Cost(std::size_t term, std::size_t level) const {
    return level < costs[term].size() ? std::optional(costs[term][level]) : std::nullopt;
  }
  bool Hits(const Levels& levels) const {
    return std::all_of(cores.begin(), cores.end(), [&](const Core& core) {
      return std::any_of(core.begin(), core.end(), [&](const HittingSet::Member& member) {
        return levels[member.term] > member.level;
      });
    });
  }
  std::int64_t Sum(const Levels& levels) const {
    std::int64_t sum = 0;
    for (std::size_t term = 0; term < levels.size(); ++term) {
      sum += costs[term][levels[term]];
    }
    return sum;
  }
};

// The least sum of levels that hit all cores, if any do.
std::optional<std::int64_t> TryAll(const Case& problem) {
  std::optional<std::int64_t> least;
  Levels levels(problem.costs.size(), 0);
  for (;;) {
    if (problem.Hits(levels)) {
      least = std::min(least.value_or(problem.Sum(levels)), problem.Sum(levels));
    }
    std::size_t term = 0;
    while (term < levels.size() && ++levels[term] == problem.costs[term].size()) {
      levels[term++] = 0;
    }
    if (term == levels.size()) {
      return least;
    }
  }
}

Case RandomCase(std::mt19937& random) {
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  Case problem;
  problem.costs.resize(1 + below(5));
  for (std::vector<std::int64_t>& costs : problem.costs) {
    std::int64_t cost = static_cast<std::int64_t>(below(3));
    for (std::size_t i = 1 + below(4); i > 0; --i) {
      costs.push_back(cost);
      cost += 1 + static_cast<std::int64_t>(below(4));
    }
  }
  problem.cores.resize(below(7));
  for (Core& core : problem.cores) {
    for (std::size_t term = 0; term < problem.costs.size(); ++term) {
      if (below(2) == 0) {
        core.push_back({term, below(problem.costs[term].size())});
      }
    }
    if (core.empty()) {
      core.push_back({0, 0});
    }
  }
  return problem;
}

HittingSet MakeHittingSet(const Case& problem) {
  HittingSet set(problem.costs.size(), [&problem](std::size_t term, std::size_t level) {
    return problem.Cost(term, level);
  });
  for (const Core& core : problem.cores) {
    set.Add(core);
  }
  return set;
}

TEST(HittingSet, IsTheCheapestOfAll) {
  std::mt19937 random(7);
  int num_possible = 0;
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(i);
    const Case problem = RandomCase(random);
    const std::optional<std::int64_t> expected = TryAll(problem);
    HittingSet::Cheapest cheapest;
    const HittingSet::Result result = MakeHittingSet(problem).Find({}, &cheapest);
    ASSERT_EQ(result,
              expected.has_value() ? HittingSet::Result::kFound : HittingSet::Result::kNone);
    if (expected.has_value()) {
      ++num_possible;
      EXPECT_EQ(cheapest.cost, *expected);
      EXPECT_EQ(problem.Sum(cheapest.levels), *expected);
      EXPECT_TRUE(problem.Hits(cheapest.levels));
    }
  }
  EXPECT_GT(num_possible, 1000);
}

TEST(HittingSet, ObeysBoundsAndCoresOfOneQuestion) {
  const Case problem{{{0, 2, 4}, {0, 3}}, {{{0, 0}, {1, 0}}}};
  HittingSet set = MakeHittingSet(problem);
  HittingSet::Cheapest cheapest;
  ASSERT_EQ(set.Find({}, &cheapest), HittingSet::Result::kFound);
  EXPECT_EQ(cheapest.levels, Levels({1, 0}));
  const std::vector<Core> more = {{{0, 1}}};
  ASSERT_EQ(set.Find(more, &cheapest), HittingSet::Result::kFound);
  EXPECT_EQ(cheapest.levels, Levels({2, 0}));
  set.SetHighest(0, 0);
  ASSERT_EQ(set.Find({}, &cheapest), HittingSet::Result::kFound);
  EXPECT_EQ(cheapest.levels, Levels({0, 1}));
  EXPECT_EQ(set.Find(more, &cheapest), HittingSet::Result::kNone);
  set.SetHighest(0, 2);
  set.SetLowest(0, 2);
  ASSERT_EQ(set.Find({}, &cheapest), HittingSet::Result::kFound);
  EXPECT_EQ(cheapest.cost, 4);
}

// Disjoint cores bound the cost: without that there were 3^30 ways to try.
TEST(HittingSet, ManyDisjointCoresAreNoWork) {
  Case problem{std::vector<std::vector<std::int64_t>>(90, {0, 1}), {}};
  for (std::size_t i = 0; i < 30; ++i) {
    problem.cores.push_back({{3 * i, 0}, {3 * i + 1, 0}, {3 * i + 2, 0}});
  }
  HittingSet::Cheapest cheapest;
  ASSERT_EQ(MakeHittingSet(problem).Find({}, &cheapest), HittingSet::Result::kFound);
  EXPECT_EQ(cheapest.cost, 30);
}

// Four hundred cores of five out of forty: disjoint ones show at most eight.
TEST(HittingSet, GivesUpWhereThatTakesTooLong) {
  std::mt19937 random(7);
  Case problem{std::vector<std::vector<std::int64_t>>(40, {0, 1}), {}};
  for (int i = 0; i < 400; ++i) {
    Core core;
    while (core.size() < 5) {
      const std::size_t term = random() % 40;
      if (std::none_of(core.begin(), core.end(),
                       [&](const HittingSet::Member& member) { return member.term == term; })) {
        core.push_back({term, 0});
      }
    }
    problem.cores.push_back(core);
  }
  HittingSet::Cheapest cheapest;
  EXPECT_EQ(MakeHittingSet(problem).Find({}, &cheapest), HittingSet::Result::kGaveUp);
}

}  // namespace
}  // namespace satchel
