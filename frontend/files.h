#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Whole files. Errors carry the path and the system's reason: kNotFound, kPermissionDenied, ...

[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path);

// Replaces the file in one step: neither a reader nor a full disk ever causes a half-written file.
[[nodiscard]] absl::Status WriteFile(const std::string& path, std::string_view content);

// The same for a file of the user's own or one that the user names: a link is followed, and the
// file keeps its mode and, as far as the system allows, its owner. `private_if_new` makes a new one
// readable for the user only. What a killed process leaves lies beside the file, or in the
// directory `aside`, on the same filesystem.
[[nodiscard]] absl::Status EditFile(const std::string& path, std::string_view content,
                                    bool private_if_new = false, const std::string& aside = "");

// Changes when another file replaces the one at `path`, or its content changes; empty if it is not
// a regular file.
std::string StampText(const std::string& path);

// file:///a%20b <-> /a b. The first returns "" if the text is not a file URL of this machine.
std::string FileUrlToPath(std::string_view url);
std::string PathToFileUrl(std::string_view path);

// Expands a leading "~/" as a shell does: for a path on the command line. The shell has expanded
// the rest, so a remaining "$" is literal.
std::string ExpandHome(std::string_view path);
// Also expands $VARIABLES, for a path in a file or a variable; unknown ones stay.
std::string ExpandPath(std::string_view path);

// Absolute, without "." and "..", without a trailing slash.
std::string AbsolutePath(std::string_view path);

// Whether a directory is there; both follow symbolic links. Errors: those of looking, for whoever
// would change something because it is not there. IsDirectory() takes an error for a no.
[[nodiscard]] absl::StatusOr<bool> LookForDirectory(const std::string& path);
[[nodiscard]] bool IsDirectory(const std::string& path);

// What is in a directory, by path; what is below it, links not followed. Nothing if it is not
// there.
[[nodiscard]] absl::StatusOr<std::vector<std::filesystem::directory_entry>> EntriesIn(
    const std::string& directory);
[[nodiscard]] absl::StatusOr<std::vector<std::filesystem::directory_entry>> EntriesBelow(
    const std::string& directory);

}  // namespace satchel
