#include "bench/report/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/report/synthetic_run.h"

namespace satchel {
namespace {

using ::satchel::testing::MakeSyntheticRun;
using ::satchel::testing::SyntheticOptions;
using ::testing::HasSubstr;

RunResults MadeRun(std::uint64_t seed, double slowness) {
  SyntheticOptions options;
  options.seed = seed;
  options.slowness = slowness;
  options.path = "run-" + std::to_string(seed) + ".jsonl";
  return MakeSyntheticRun(options);
}

Comparison CompareRuns(const RunResults& base, const RunResults& now) {
  absl::StatusOr<Comparison> comparison = Compare(base, now, CompareOptions());
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return *std::move(comparison);
}

TEST(Compare, IsSilentOnTwentyIdenticalRuns) {
  const RunResults base = MadeRun(1000, 1);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Comparison comparison = CompareRuns(base, MadeRun(seed, 1));
    EXPECT_FALSE(comparison.regressed) << seed << "\n" << ComparisonText(comparison, false);
    EXPECT_EQ(comparison.change, SpeedChange::kNone) << seed;
  }
}

TEST(Compare, CatchesASlowDownOfFivePercentEachTime) {
  const RunResults base = MadeRun(1000, 1);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Comparison comparison = CompareRuns(base, MadeRun(seed, 1.05));
    EXPECT_TRUE(comparison.regressed) << seed;
    EXPECT_EQ(comparison.change, SpeedChange::kSlower) << seed;
    // All are compared with one base, whose own noise shifts every ratio by up to 2 %.
    EXPECT_NEAR(comparison.ratio, 1.05, 0.025) << seed;
    EXPECT_LT(comparison.interval.low, 1.05 + 0.015);
    EXPECT_GT(comparison.interval.high, 1.05 - 0.015);
  }
}

TEST(Compare, TellsASpeedUp) {
  const Comparison comparison = CompareRuns(MadeRun(1, 1), MadeRun(2, 0.9));
  EXPECT_EQ(comparison.change, SpeedChange::kFaster);
  EXPECT_FALSE(comparison.regressed);
  EXPECT_THAT(ComparisonText(comparison, false), HasSubstr("No regression"));
}

TEST(Compare, FindsTheOneProblemThatIsSlower) {
  const RunResults base = MadeRun(1, 1);
  RunResults now = MadeRun(2, 1);
  for (Measurement& m : now.measurements) {
    m.total_ms *= m.problem == "synthetic/7" ? 1.5 : 1;
  }
  const Comparison comparison = CompareRuns(base, now);
  EXPECT_EQ(comparison.change, SpeedChange::kNone);
  EXPECT_TRUE(comparison.regressed);
  EXPECT_EQ(comparison.problems.front().problem, "synthetic/7");
  EXPECT_EQ(comparison.problems.front().change, SpeedChange::kSlower);
  EXPECT_EQ(comparison.problems[1].change, SpeedChange::kNone);
}

TEST(Compare, ComparesTwoSolversOfOneRunPairByPair) {
  SyntheticOptions options;
  options.noise = 0.02;
  RunResults run = MakeSyntheticRun(options);
  run.header["settings"]["solvers"].push_back({{"label", "new"}, {"version", "2"}});
  options.label = "new";
  options.seed = 9;
  options.slowness = 1.05;
  for (const Measurement& m : MakeSyntheticRun(options).measurements) {
    run.measurements.push_back(m);
  }
  CompareOptions compare;
  compare.base_solver = "satchel";
  compare.new_solver = "new";
  const absl::StatusOr<Comparison> comparison = Compare(run, run, compare);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->change, SpeedChange::kSlower);
  EXPECT_THAT(comparison->new_name, HasSubstr("new 2"));
  EXPECT_FALSE(Compare(run, run, CompareOptions()).ok());
}

TEST(Compare, TakesAWorseAnswerForARegression) {
  const RunResults base = MadeRun(1, 1);
  RunResults now = MadeRun(2, 1);
  now.measurements[5].status = "timeout";
  Comparison comparison = CompareRuns(base, now);
  EXPECT_TRUE(comparison.regressed);
  EXPECT_THAT(ComparisonText(comparison, false), HasSubstr("**broken**"));
  EXPECT_FALSE(CompareRuns(now, base).regressed);

  for (Measurement& m : now.measurements) {
    m.status = m.problem == "synthetic/0" ? "unsatisfiable" : "solved";
  }
  comparison = CompareRuns(base, now);
  EXPECT_TRUE(comparison.regressed);
  EXPECT_THAT(ComparisonText(comparison, false), HasSubstr("solved → unsatisfiable"));
}

TEST(Compare, LetsInstructionsDecideWhereTheyWereCounted) {
  RunResults base = MadeRun(1, 1);
  RunResults now = MadeRun(2, 1.2);  // The clock says slower, the counter knows better.
  for (RunResults* const run : {&base, &now}) {
    for (Measurement& m : run->measurements) {
      m.instructions = 1'000'000;
    }
  }
  EXPECT_FALSE(CompareRuns(base, now).regressed);
  for (Measurement& m : now.measurements) {
    m.instructions = 1'020'000;
  }
  const Comparison comparison = CompareRuns(base, now);
  EXPECT_TRUE(comparison.regressed);
  EXPECT_NEAR(*comparison.instructions, 1.02, 1e-9);
}

TEST(Compare, RefusesRunsWithNothingInCommon) {
  RunResults other = MadeRun(2, 1);
  for (Measurement& m : other.measurements) {
    m.problem += "x";
  }
  EXPECT_FALSE(Compare(MadeRun(1, 1), other, CompareOptions()).ok());
  CompareOptions unknown;
  unknown.new_solver = "nobody";
  EXPECT_FALSE(Compare(MadeRun(1, 1), MadeRun(2, 1), unknown).ok());
}

}  // namespace
}  // namespace satchel
