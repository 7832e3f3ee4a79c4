#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace satchel {

// Robust statistics for timings, which are skewed, have outliers, and are compared as ratios.

// The value below which a fraction `q` of the values lies, interpolated; q 0.5 is the median.
// Requires: values is not empty, 0 <= q <= 1.
double Quantile(std::vector<double> values, double q);
double Median(std::vector<double> values);

struct Interval {
  double low = 0;
  double high = 0;
};

// The percentile bootstrap: computes `statistic` for `num_samples` samples with replacement, each
// as large as `values`, and returns the middle `confidence` of the results. The same for the same
// seed. Requires: values is not empty.
Interval Bootstrap(const std::vector<double>& values, double confidence, std::uint64_t seed,
                   const std::function<double(std::vector<double>)>& statistic,
                   int num_samples = 2000);

// Two-sided p-values: the probability of a difference at least this large if there is none.

// Wilcoxon's signed-rank test of paired differences around 0. Exact up to 25 differences without
// ties, otherwise by the normal approximation with corrections for ties and continuity. 1 if all
// are 0.
double WilcoxonSignedRank(const std::vector<double>& differences);

// The Mann-Whitney test of two independent samples, exact up to 12 values each without ties. 1 if
// either is empty.
double MannWhitney(const std::vector<double>& a, const std::vector<double>& b);

// Holm's correction: p-values that hold for all of the tests together, in the same order.
std::vector<double> Holm(const std::vector<double>& p_values);

}  // namespace satchel
