#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// The files of an environment that are of no package: relative to it, sorted. Left out are
// conda-meta but for the user's own state and pinned in it, bytecode, and what lies in a root
// prefix beside its environment (pkgs, envs). Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> UntrackedFiles(const std::string& prefix);

// Copies them from one environment to another, with their modes and times; in text files the one's
// path becomes the other's, as conda does it. What is there stays. Returns how many were copied.
// Errors: of the first file that could not be copied, the others are there.
[[nodiscard]] absl::StatusOr<std::size_t> CopyUntrackedFiles(const std::string& source,
                                                             const std::string& target);

}  // namespace satchel
