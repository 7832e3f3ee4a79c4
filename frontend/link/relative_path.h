#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace satchel {

// Paths within a package or an environment: relative, with '/', of which no part leads upwards. All
// paths that come from a package go through here before they are used.

// "./lib//a/" -> "lib/a"; none for a path that is absolute, climbs out with "..", is empty, holds a
// NUL or is longer than any system takes.
std::optional<std::string> NormalRelativePath(std::string_view path);

// Whether a path of that form is conda-meta or within it, which is the environment's own: in any
// case, since some filesystems make no difference.
bool IsWithinCondaMeta(std::string_view path);

// "lib/a" -> "lib"; "a" -> "".
std::string_view DirectoryOf(std::string_view path);

}  // namespace satchel
