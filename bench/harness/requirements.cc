#include "bench/harness/requirements.h"

#include <set>
#include <string_view>

#include "corpora/random.h"
#include "repodata/spec/match_spec.h"

namespace satchel {

Requirements RequirementsOf(const LoadedChannels& channels) {
  std::set<std::string> names;
  std::set<std::string> specs;
  std::int64_t num_records = 0;
  for (const LoadedChannel& channel : channels.channels) {
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
  return {{names.begin(), names.end()}, {specs.begin(), specs.end()}, num_records};
}

std::vector<std::string> RandomSpecs(std::uint64_t seed, int number,
                                     const Requirements& requirements) {
  SplitMix dice(MixSeed(seed, number));
  std::vector<std::string> drawn;
  const int count = dice.Between(1, 10);
  for (int i = 0; i < count; ++i) {
    const bool is_spec = dice.Below(11) == 0 && !requirements.specs.empty();
    const std::vector<std::string>& from = is_spec ? requirements.specs : requirements.names;
    drawn.push_back(from[dice.Below(static_cast<std::uint32_t>(from.size()))]);
  }
  return drawn;
}

}  // namespace satchel
