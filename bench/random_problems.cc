#include "bench/random_problems.h"

#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "corpora/random.h"
#include "frontend/fetch/local_channel_source.h"
#include "repodata/match_spec.h"

namespace satchel {

absl::StatusOr<Requirements> ReadRequirements(const std::vector<BenchChannel>& channels,
                                              const std::string& platform) {
  std::vector<std::string> directories;
  directories.reserve(channels.size());
  for (const BenchChannel& channel : channels) {
    directories.push_back(channel.directory);
  }
  ASSIGN_OR_RETURN(const LocalChannelSource source, LocalChannelSource::Create(""));
  ASSIGN_OR_RETURN(const LoadedChannels loaded, LoadChannels(source, directories, platform));
  std::set<std::string> names;
  std::set<std::string> specs;
  std::int64_t num_records = 0;
  for (const LoadedChannel& channel : loaded.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      const Index& index = *subdir.index;
      num_records += static_cast<std::int64_t>(index.num_records());
      for (std::size_t i = 0; i < index.num_names(); ++i) {
        names.emplace(index.Name(NameId(i)));
      }
      for (std::size_t i = 0; i < index.num_specs(); ++i) {
        const std::string_view text = index.String(index.Spec(SpecId(i)).text);
        if (!text.starts_with("__") && MatchSpec::Parse(text).ok()) {
          specs.emplace(text);
        }
      }
    }
  }
  return Requirements{{names.begin(), names.end()}, {specs.begin(), specs.end()}, num_records};
}

std::vector<Problem> MakeRandomProblems(const RandomProblems& random,
                                        const Requirements& requirements) {
  std::vector<Problem> problems;
  const auto draw = [](const std::vector<std::string>& from, SplitMix& dice) {
    return from[dice.Below(static_cast<std::uint32_t>(from.size()))];
  };
  for (int i = 0; i < random.count && !requirements.names.empty(); ++i) {
    SplitMix dice(MixSeed(random.seed, i));
    Problem problem = random.model;
    problem.id += absl::StrFormat("-%d", i);
    const int count = dice.Between(1, 10);
    for (int j = 0; j < count; ++j) {
      const bool is_spec = dice.Below(11) == 0 && !requirements.specs.empty();
      problem.specs.push_back(draw(is_spec ? requirements.specs : requirements.names, dice));
    }
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace satchel
