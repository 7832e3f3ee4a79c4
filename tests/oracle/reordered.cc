#include "tests/oracle/reordered.h"

#include <string>
#include <vector>

#include "tests/oracle/dice.h"

namespace satchel::oracle {
namespace {

void RepeatSome(std::vector<std::string>& texts, Dice& dice) {
  const std::size_t count = texts.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (dice.Chance(30)) {
      texts.push_back(std::string(texts[i]));
    }
  }
}

}  // namespace

Universe Reordered(const Universe& universe, std::uint64_t seed) {
  Dice dice(seed);
  Universe result = universe;
  for (UniverseChannel& channel : result.channels) {
    dice.Shuffle(channel.records);
    for (UniverseRecord& record : channel.records) {
      dice.Shuffle(record.depends);
      dice.Shuffle(record.constrains);
      dice.Shuffle(record.flags);
    }
  }
  for (UniverseInstalled& installed : result.installed) {
    dice.Shuffle(installed.record.depends);
  }
  dice.Shuffle(result.installed);
  dice.Shuffle(result.virtual_packages);
  RepeatSome(result.specs, dice);
  RepeatSome(result.pins, dice);
  if (result.objective != Objective::kOrdered) {
    dice.Shuffle(result.specs);
  }
  dice.Shuffle(result.pins);
  dice.Shuffle(result.remove);
  return result;
}

}  // namespace satchel::oracle
