#include "frontend/request/selector.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace satchel {
namespace {

std::vector<std::string> WordsFor(std::string_view platform) {
  const std::string os(platform.substr(0, platform.find('-')));
  const std::string machine(platform.substr(std::min(platform.find('-') + 1, platform.size())));
  std::vector<std::string> words = {std::string(platform), os, machine, os + machine};
  if (os == "linux" || os == "osx") {
    words.emplace_back("unix");
  }
  if (machine == "64") {
    words.insert(words.end(), {"x86_64", "x86"});
  }
  return words;
}

}  // namespace

bool IsSelected(std::string_view selector, std::string_view platform) {
  const std::vector<std::string> true_words = WordsFor(platform);
  bool any = false;
  bool all = true;
  bool is_negated = false;
  for (const std::string_view word : Split(selector, ' ')) {
    if (word == "or") {
      any = any || all;
      all = true;
    } else if (word == "not") {
      is_negated = !is_negated;
    } else if (word != "and" && !word.empty()) {
      all = all && (std::ranges::count(true_words, word) > 0) != is_negated;
      is_negated = false;
    }
  }
  return any || all;
}

}  // namespace satchel
