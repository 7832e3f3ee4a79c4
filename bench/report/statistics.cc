#include "bench/report/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "base/check.h"
#include "corpora/random.h"

namespace satchel {
namespace {

constexpr std::size_t kExactWilcoxon = 25;
constexpr std::size_t kExactMannWhitney = 12;

// The probability of a standard normal variable beyond +-z.
double TwoSidedNormal(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

struct Ranks {
  std::vector<double> of;     // From 1; equal values share the mean of theirs.
  double tie_correction = 0;  // Sum of t^3 - t over the groups of equal values.
};

Ranks RankOf(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  Ranks ranks;
  ranks.of.resize(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && values[order[last]] == values[order[first]]) {
      ++last;
    }
    const double rank = 0.5 * static_cast<double>(first + last + 1);
    for (std::size_t i = first; i < last; ++i) {
      ranks.of[order[i]] = rank;
    }
    const auto size = static_cast<double>(last - first);
    ranks.tie_correction += size * size * size - size;
    first = last;
  }
  return ranks;
}

// How many of the 2^n sign patterns give each rank sum; the p-value of `sum` and its mirror image.
double ExactWilcoxon(std::size_t n, double sum) {
  const std::size_t greatest = n * (n + 1) / 2;
  std::vector<double> ways(greatest + 1, 0);
  ways[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t total = greatest; total >= rank; --total) {
      ways[total] += ways[total - rank];
    }
  }
  const double extreme = std::min(sum, static_cast<double>(greatest) - sum);
  double tail = 0;
  for (std::size_t total = 0; static_cast<double>(total) <= extreme; ++total) {
    tail += ways[total];
  }
  return std::min(1.0, 2 * tail / std::exp2(static_cast<double>(n)));
}

// ways[k][u]: the arrangements of k of the first values whose U statistic is u, built value by
// value.
double ExactMannWhitney(std::size_t n, std::size_t m, double u) {
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(n * m + 1, 0));
  ways[0][0] = 1;
  for (std::size_t value = 1; value <= n + m; ++value) {
    for (std::size_t k = std::min(value, n); k >= 1; --k) {
      // Putting `value` into the first sample adds the values of the second that are below it.
      const std::size_t below = value - k;
      for (std::size_t total = n * m; total + 1 > below && below <= m; --total) {
        ways[k][total] += ways[k - 1][total - below];
        if (total == below) {
          break;
        }
      }
    }
  }
  const double all = std::accumulate(ways[n].begin(), ways[n].end(), 0.0);
  const double extreme = std::min(u, static_cast<double>(n * m) - u);
  double tail = 0;
  for (std::size_t total = 0; static_cast<double>(total) <= extreme; ++total) {
    tail += ways[n][total];
  }
  return std::min(1.0, 2 * tail / all);
}

}  // namespace

double Quantile(std::vector<double> values, double q) {
  SATCHEL_CHECK(!values.empty() && q >= 0 && q <= 1);
  std::ranges::sort(values);
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], at - static_cast<double>(below));
}

double Median(std::vector<double> values) {
  return Quantile(std::move(values), 0.5);
}

Interval Bootstrap(const std::vector<double>& values, double confidence, std::uint64_t seed,
                   const std::function<double(std::vector<double>)>& statistic, int num_samples) {
  SATCHEL_CHECK(!values.empty() && num_samples > 0);
  SplitMix random(seed);
  std::vector<double> results;
  for (int i = 0; i < num_samples; ++i) {
    std::vector<double> sample;
    sample.reserve(values.size());
    for (std::size_t j = 0; j < values.size(); ++j) {
      sample.push_back(values[random.Below(static_cast<std::uint32_t>(values.size()))]);
    }
    results.push_back(statistic(std::move(sample)));
  }
  const double outside = 0.5 * (1 - confidence);
  return {Quantile(results, outside), Quantile(results, 1 - outside)};
}

double WilcoxonSignedRank(const std::vector<double>& differences) {
  std::vector<double> sizes;
  std::vector<bool> positive;
  for (const double difference : differences) {
    if (difference != 0) {
      sizes.push_back(std::abs(difference));
      positive.push_back(difference > 0);
    }
  }
  if (sizes.empty()) {
    return 1;
  }
  const Ranks ranks = RankOf(sizes);
  double sum = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    sum += positive[i] ? ranks.of[i] : 0;
  }
  const auto n = static_cast<double>(sizes.size());
  if (sizes.size() <= kExactWilcoxon && ranks.tie_correction == 0) {
    return ExactWilcoxon(sizes.size(), sum);
  }
  const double mean = n * (n + 1) / 4;
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.tie_correction / 48;
  const double distance = std::max(0.0, std::abs(sum - mean) - 0.5);
  return variance > 0 ? TwoSidedNormal(distance / std::sqrt(variance)) : 1;
}

double MannWhitney(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) {
    return 1;
  }
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const Ranks ranks = RankOf(all);
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const double sum = std::accumulate(ranks.of.begin(),
                                     ranks.of.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
  const double u = sum - n * (n + 1) / 2;
  if (a.size() <= kExactMannWhitney && b.size() <= kExactMannWhitney && ranks.tie_correction == 0) {
    return ExactMannWhitney(a.size(), b.size(), u);
  }
  const double total = n + m;
  const double variance = n * m / 12 * (total + 1 - ranks.tie_correction / (total * (total - 1)));
  const double distance = std::max(0.0, std::abs(u - n * m / 2) - 0.5);
  return variance > 0 ? TwoSidedNormal(distance / std::sqrt(variance)) : 1;
}

std::vector<double> Holm(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> corrected(p_values.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, p_values[order[i]] * static_cast<double>(order.size() - i));
    corrected[order[i]] = std::min(1.0, least);
  }
  return corrected;
}

}  // namespace satchel
