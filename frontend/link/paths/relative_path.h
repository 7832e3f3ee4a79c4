#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace satchel {

// Paths within a package or an environment: relative, with '/', and without parts that lead
// upwards. All paths from a package are checked here before they are used.

// "./lib//a/" -> "lib/a"; none for a path that is absolute, leads out with "..", is empty, contains
// a NUL or is longer than any system allows.
std::optional<std::string> NormalRelativePath(std::string_view path);

// Whether such a path is conda-meta or within it, which belongs to the environment; ignores case,
// since some filesystems do.
bool IsWithinCondaMeta(std::string_view path);

// "lib/a" -> "lib"; "a" -> "".
std::string_view DirectoryOf(std::string_view path);

}  // namespace satchel
