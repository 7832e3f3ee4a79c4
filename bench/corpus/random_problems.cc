#include "bench/corpus/random_problems.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/fetch/local_channel_source.h"

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
  return RequirementsOf(loaded);
}

std::vector<Problem> MakeRandomProblems(const RandomProblems& random,
                                        const Requirements& requirements) {
  std::vector<Problem> problems;
  for (int i = 0; i < random.count && !requirements.names.empty(); ++i) {
    Problem problem = random.model;
    problem.id += absl::StrFormat("-%d", i);
    problem.specs = RandomSpecs(random.seed, i, requirements);
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace satchel
