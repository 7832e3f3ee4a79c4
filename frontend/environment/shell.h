#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/environment/activation.h"

namespace satchel {

// Shells that environments can be activated in. bash and zsh read what a POSIX shell reads; they
// differ in their start-up files.
enum class Shell { kPosix, kBash, kZsh, kFish, kPowershell };

// "bash", "zsh", "fish", "powershell", "posix"; none for another word.
std::optional<Shell> ShellOf(std::string_view name);

// The shell of a path such as $SHELL or "/usr/bin/fish"; posix for one that is not known.
Shell ShellOfProgram(std::string_view path);

// "activate.d" scripts of this shell end so.
std::string ScriptExtension(Shell shell);

// `text` as one word that the shell takes literally.
std::string QuoteFor(Shell shell, std::string_view text);

// `word` as one types it in a POSIX shell: quoted if that has to be. For commands that are shown.
std::string AsTyped(const std::string& word);

// The steps as a script for the shell to evaluate.
std::string RenderSteps(Shell shell, const std::vector<ShellStep>& steps);

// The script that a shell evaluates at its start: it defines the function `satchel`, through which
// activate and deactivate change the shell itself. `program` is satchel's absolute path.
std::string HookScript(Shell shell, const std::string& program);

}  // namespace satchel
