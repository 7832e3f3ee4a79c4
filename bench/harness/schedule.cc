#include "bench/harness/schedule.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "absl/strings/str_format.h"

#include "corpora/random.h"

namespace satchel {
namespace {

template <typename T>
void Shuffle(std::vector<T>& values, SplitMix& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.Below(static_cast<std::uint32_t>(i))]);
  }
}

}  // namespace

absl::StatusOr<RunShard> ParseShard(const std::string& text) {
  RunShard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, shard.index);
  if (error == std::errc() && slash != end && *slash == '/') {
    const auto [rest, count_error] = std::from_chars(slash + 1, end, shard.count);
    if (count_error == std::errc() && rest == end && shard.index >= 0 &&
        shard.index < shard.count) {
      return shard;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("--shard '%s': expected I/N with 0 <= I < N, as in 0/8", text));
}

std::vector<Turn> MakeSchedule(const std::vector<Problem>& problems, int num_solvers,
                               int repetitions, std::uint64_t seed, RunShard shard,
                               bool by_channel) {
  // Which problems are whose does not depend on the repetition: a pair stays on one machine.
  std::vector<int> mine(problems.size());
  std::iota(mine.begin(), mine.end(), 0);
  SplitMix dealing(MixSeed(seed, 0));
  Shuffle(mine, dealing);
  std::size_t dealt = 0;
  std::erase_if(mine, [&](int) { return static_cast<int>(dealt++) % shard.count != shard.index; });

  std::vector<Turn> turns;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    SplitMix random(MixSeed(seed, 1, repetition));
    Shuffle(mine, random);
    if (by_channel) {
      std::ranges::stable_sort(mine, {}, [&](int i) { return ChannelsKey(problems[i]); });
    }
    for (const int problem : mine) {
      std::vector<int> solvers(static_cast<std::size_t>(num_solvers));
      std::iota(solvers.begin(), solvers.end(), 0);
      Shuffle(solvers, random);
      for (const int solver : solvers) {
        turns.push_back({problem, solver, repetition});
      }
    }
  }
  return turns;
}

}  // namespace satchel
