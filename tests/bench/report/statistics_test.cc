#include "bench/report/statistics.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "corpora/random.h"

namespace satchel {
namespace {

TEST(Statistics, QuantilesInterpolate) {
  EXPECT_DOUBLE_EQ(Median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(Median({4, 1, 2, 3}), 2.5);
  EXPECT_DOUBLE_EQ(Quantile({0, 10}, 0.99), 9.9);
  EXPECT_DOUBLE_EQ(Quantile({7}, 0.3), 7);
}

// By hand: with n positive differences only one of the 2^n sign patterns is as extreme, twice.
TEST(Statistics, WilcoxonIsExactForFewDifferences) {
  EXPECT_DOUBLE_EQ(WilcoxonSignedRank({1, 2, 3, 4, 5}), 2.0 / 32);
  EXPECT_DOUBLE_EQ(WilcoxonSignedRank({-1, -2, -3, -4, -5}), 2.0 / 32);
  // Rank sum 1 for the negative one: patterns {} and {1} are as extreme.
  EXPECT_DOUBLE_EQ(WilcoxonSignedRank({-1, 2, 3, 4, 5}), 4.0 / 32);
  EXPECT_DOUBLE_EQ(WilcoxonSignedRank({0, 0}), 1);
  EXPECT_DOUBLE_EQ(WilcoxonSignedRank({1, -2}), 1);
}

TEST(Statistics, WilcoxonsNormalApproximationIsCloseToTheExactOne) {
  std::vector<double> differences;
  for (int i = 1; i <= 24; ++i) {
    differences.push_back(i % 4 == 0 ? -i : i);
  }
  const double exact = WilcoxonSignedRank(differences);
  differences.push_back(24.0);  // A tie takes the other way.
  EXPECT_NEAR(WilcoxonSignedRank(differences), exact, 0.03);
}

// By hand: of the C(6,3) = 20 ways to choose three, one is as extreme on each side.
TEST(Statistics, MannWhitneyIsExactForSmallSamples) {
  EXPECT_DOUBLE_EQ(MannWhitney({1, 2, 3}, {4, 5, 6}), 2.0 / 20);
  EXPECT_DOUBLE_EQ(MannWhitney({4, 5, 6}, {1, 2, 3}), 2.0 / 20);
  EXPECT_DOUBLE_EQ(MannWhitney({1, 2, 4}, {3, 5, 6}), 4.0 / 20);
  EXPECT_DOUBLE_EQ(MannWhitney({1}, {}), 1);
}

TEST(Statistics, MannWhitneysExactDistributionSumsToAllArrangements) {
  // A middling value: as many arrangements below as above, so nothing is surprising.
  EXPECT_DOUBLE_EQ(MannWhitney({1, 4, 6}, {2, 3, 5}), 1);
  EXPECT_NEAR(MannWhitney({1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12, 13}), 2.0 / 1716, 1e-12);
}

TEST(Statistics, PValuesAreUniformIfThereIsNoDifference) {
  SplitMix random(11);
  int below = 0;
  constexpr int kTrials = 2000;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < 10; ++i) {
      a.push_back(random.Below(1'000'000'000));
      b.push_back(random.Below(1'000'000'000));
    }
    below += MannWhitney(a, b) < 0.05 ? 1 : 0;
  }
  EXPECT_LT(below, kTrials * 0.065);
  EXPECT_GT(below, kTrials * 0.03);
}

TEST(Statistics, HolmCorrectsInOrderOfSize) {
  const std::vector<double> corrected = Holm({0.01, 0.04, 0.03, 0.005});
  EXPECT_DOUBLE_EQ(corrected[0], 0.03);
  EXPECT_DOUBLE_EQ(corrected[1], 0.06);
  EXPECT_DOUBLE_EQ(corrected[2], 0.06);
  EXPECT_DOUBLE_EQ(corrected[3], 0.02);
  EXPECT_DOUBLE_EQ(Holm({0.9, 0.8})[0], 1);
}

TEST(Statistics, BootstrapIntervalsCoverTheTruthAndRepeat) {
  int covered = 0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    SplitMix random(MixSeed(3, trial));
    std::vector<double> values;
    for (int i = 0; i < 30; ++i) {
      values.push_back(random.Below(1'000'001));  // Uniform: its median is 500,000.
    }
    const Interval interval = Bootstrap(values, 0.95, 1, Median, 300);
    covered += interval.low <= 500'000 && 500'000 <= interval.high ? 1 : 0;
    const Interval again = Bootstrap(values, 0.95, 1, Median, 300);
    EXPECT_EQ(interval.low, again.low);
    EXPECT_EQ(interval.high, again.high);
  }
  EXPECT_GT(covered, kTrials * 0.88);
}

}  // namespace
}  // namespace satchel
