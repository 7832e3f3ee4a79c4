#include "tests/cli/framework/every_command.h"

#include <algorithm>

#include "gtest/gtest.h"

#include "base/strings.h"

namespace satchel::testing {

bool HasOption(const Command& command, std::string_view name) {
  return std::ranges::any_of(command.groups, [name](const OptionGroup& group) {
    return std::ranges::any_of(group.options, [name](const Option& option) {
      const std::vector<std::string> names = OptionNames(option);
      return std::ranges::count(names, name) > 0;
    });
  });
}

std::vector<std::string> WordsOf(const Command& command) {
  const std::vector<std::string_view> words = Split(command.name, ' ');
  return {words.begin(), words.end()};
}

std::vector<std::vector<std::string>> OutputsOf(const Command& command) {
  std::vector<std::vector<std::string>> outputs = {{}};
  for (const char* option : {"--json", "-v"}) {
    if (HasOption(command, option)) {
      outputs.push_back({option});
    }
  }
  return outputs;
}

RunOptions AloneIn(const std::string& directory) {
  RunOptions options;
  options.variables = {{"HOME", directory + "/home"},
                       {"SATCHEL_OFFLINE", "false"},
                       {"SATCHEL_CACHE_DIR", directory + "/cache"},
                       {"SATCHEL_ROOT_PREFIX", directory + "/root"},
                       {"SATCHEL_NO_SYNC", "1"},
                       {"CONDA_REMOTE_MAX_RETRIES", "0"},
                       {"CONDA_SUBDIR", "linux-64"},
                       {"SHELL", "/bin/true"},
                       {"TMPDIR", directory}};
  return options;
}

Finished RunUnbroken(const std::vector<std::string>& words, const RunOptions& options) {
  Finished finished = RunProgram(words, options);
  EXPECT_NE(finished.exit_code, 5) << finished.error << ::testing::PrintToString(words);
  EXPECT_EQ(finished.signal, 0) << ::testing::PrintToString(words);
  return finished;
}

}  // namespace satchel::testing
