#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/cli/framework/commands.h"

namespace satchel {

std::string ProgramVersion();

// The text of --help, for a terminal with this many columns.
std::string HelpText(const Command& command, std::size_t width);
// The same for a group of commands ("env").
std::string GroupHelpText(const std::string& group, std::size_t width);

// The manual page of the whole program, in man(7) form.
std::string ManualPage();

// A completion script. Requires: `shell` is bash, zsh or fish.
std::string CompletionScriptFor(std::string_view shell);

}  // namespace satchel
