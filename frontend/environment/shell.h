#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/environment/activation.h"

namespace satchel {

// Shells in which environments can be activated. bash and zsh understand POSIX shell syntax; they
// differ in their start-up files. kCsh is csh and tcsh, kCmd Windows's cmd.exe.
enum class Shell { kPosix, kBash, kZsh, kFish, kPowershell, kCsh, kXonsh, kNu, kCmd };

// The words that ShellOf() knows, separated by |.
inline constexpr char kShellNames[] =
    "bash|zsh|fish|powershell|posix|csh|tcsh|xonsh|nu|cmd.exe|dash|sh|pwsh|nushell";

// "bash" for kBash; "posix" is any POSIX shell. None for any other word.
std::optional<Shell> ShellOf(std::string_view name);

// The shell of a path such as $SHELL or "/usr/bin/fish"; posix for an unknown one.
Shell ShellOfProgram(std::string_view path);

// The extension of this shell's "activate.d" scripts. xonsh sources those of bash; nu can source
// none when it runs.
std::string ScriptExtension(Shell shell);

// `text` as one word that the shell takes literally. cmd.exe has no way to write a line break, and
// none to write " within a word: they become a space and '.
std::string QuoteFor(Shell shell, std::string_view text);

// `word` as a user types it in a POSIX shell: quoted only if needed. For commands shown to the
// user.
std::string AsTyped(const std::string& word);

// The steps as a script for the shell to evaluate. nu evaluates no text: for it they are JSON,
// {"set": {NAME: VALUE}, "unset": [NAME]}, which its hook reads.
std::string RenderSteps(Shell shell, const std::vector<ShellStep>& steps);

// The script that a shell evaluates at its start: it defines the function (or alias) `satchel`,
// which lets activate and deactivate change the shell itself. `program` is satchel's absolute path.
std::string HookScript(Shell shell, const std::string& program);

// What csh evaluates for `satchel WORDS`: its alias cannot tell one command from another.
std::string CshScript(const std::string& program, const std::vector<std::string>& words);

// Whether an environment may have changed after this command, so that it is activated anew.
bool ChangesEnvironment(std::string_view command);

}  // namespace satchel
