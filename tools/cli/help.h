#pragma once

#include <string>

#include "tools/cli/commands.h"

namespace satchel {

std::string ProgramVersion();

// What --help prints.
std::string HelpText(const Command& command);

// The manual page of the whole program, in man(7) form.
std::string ManualPage();

// A completion script. Requires: `shell` is bash, zsh or fish.
std::string CompletionScriptFor(std::string_view shell);

}  // namespace satchel
