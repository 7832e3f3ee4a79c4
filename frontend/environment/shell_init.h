#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "frontend/environment/shell.h"

namespace satchel {

// The lines in a shell's start-up file that load the hook, between two markers.

// This user's ~/.bashrc, ~/.zshrc, ...; empty for a shell that has none.
std::string StartupFile(Shell shell, const EnvironmentLookup& lookup);
// That of all users: a file of our own in /etc/profile.d or the like; empty as above.
std::string SystemStartupFile(Shell shell);

// The block for `program`, satchel's absolute path, including its markers. Sets `root_prefix` for
// the shell unless it is empty.
std::string InitBlock(Shell shell, const std::string& program, const std::string& root_prefix);

// The block within `text`; empty if there is none.
std::string FindInitBlock(std::string_view text);

// `text` with its block replaced by `block`, which is appended if there was none; an empty `block`
// removes it. Errors: kInvalidArgument if only one of the markers exists; `file` names the text.
[[nodiscard]] absl::StatusOr<std::string> ReplaceInitBlock(const std::string& text,
                                                           const std::string& block,
                                                           const std::string& file);

}  // namespace satchel
