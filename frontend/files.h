#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Whole files. Errors carry the path and the system's reason: kNotFound, kPermissionDenied, ...

[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces the file in one step: a reader, or a full disk, never sees half of it.
[[nodiscard]] absl::Status WriteFile(const std::string& path, std::string_view content);

// The same for a file of the user's own or one that the user names: a link is followed, and the
// file keeps its mode and, as far as the system allows, its owner. `private_if_new` makes a new one
// readable for the user only.
[[nodiscard]] absl::Status EditFile(const std::string& path, std::string_view content,
                                    bool private_if_new = false);

// Changes when another file takes the place of the one at `path`, or its content changes; empty if
// it is no regular file.
std::string StampText(const std::string& path);

// file:///a%20b <-> /a b. The first gives "" for what is no file URL of this machine.
std::string FileUrlToPath(std::string_view url);
std::string PathToFileUrl(std::string_view path);

// A leading "~/" as a shell would: for a path of the command line, whose shell has seen to the
// rest, so that a "$" in it is one.
std::string ExpandHome(std::string_view path);
// The same with $VARIABLES, for a path of a file or a variable; unknown ones stay.
std::string ExpandPath(std::string_view path);

// Absolute, without "." and "..", without a trailing slash.
std::string AbsolutePath(std::string_view path);

// Through symbolic links.
[[nodiscard]] bool IsDirectory(const std::string& path);

}  // namespace satchel
