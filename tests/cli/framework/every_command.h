#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/framework/run_program.h"
#include "tools/cli/framework/commands.h"

namespace satchel::testing {

// For tests that run every command of the table.

bool HasOption(const Command& command, std::string_view name);

// "env list" is two.
std::vector<std::string> WordsOf(const Command& command);

// The options that say what kind of output is wanted, and none, as far as the command has them.
std::vector<std::vector<std::string>> OutputsOf(const Command& command);

// With its home, root prefix, cache and temporary directory in `directory`; online, but without
// trying again.
RunOptions AloneIn(const std::string& directory);

// Runs the program, which must neither break nor say that it has a fault.
Finished RunUnbroken(const std::vector<std::string>& words, const RunOptions& options);

}  // namespace satchel::testing
