#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/environment/activation.h"

namespace satchel {

// Shells in which environments can be activated. bash and zsh understand POSIX shell syntax; they
// differ in their start-up files.
enum class Shell { kPosix, kBash, kZsh, kFish, kPowershell };

// "bash", "zsh", "fish", "powershell", "posix"; none for any other word.
std::optional<Shell> ShellOf(std::string_view name);

// The shell of a path such as $SHELL or "/usr/bin/fish"; posix for an unknown one.
Shell ShellOfProgram(std::string_view path);

// The extension of this shell's "activate.d" scripts.
std::string ScriptExtension(Shell shell);

// `text` as one word that the shell takes literally.
std::string QuoteFor(Shell shell, std::string_view text);

// `word` as a user types it in a POSIX shell: quoted only if needed. For commands shown to the
// user.
std::string AsTyped(const std::string& word);

// The steps as a script for the shell to evaluate.
std::string RenderSteps(Shell shell, const std::vector<ShellStep>& steps);

// The script that a shell evaluates at its start: it defines the function `satchel`, which lets
// activate and deactivate change the shell itself. `program` is satchel's absolute path.
std::string HookScript(Shell shell, const std::string& program);

}  // namespace satchel
