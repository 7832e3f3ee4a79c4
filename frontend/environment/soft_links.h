#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Cached packages that environments need although no hard link shows it: those that their files
// link to symbolically.

// Notes in the package caches that an environment may have symbolic links into them. `clean` checks
// the environments that it knows of, and these. A cache that is not writable cannot be cleaned
// either, so errors are ignored.
void NoteSoftLinkedEnvironment(const std::vector<std::string>& caches, const std::string& prefix);

// The environments that were noted in a cache. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> SoftLinkedEnvironments(
    const std::string& cache);

// The extracted packages, of `packages` (absolute paths), that a file of one of the environments is
// a symbolic link into. Errors: those of reading, but a damaged record is taken for none.
[[nodiscard]] absl::StatusOr<std::set<std::string>> SoftLinkedPackages(
    const std::set<std::string>& packages, const std::vector<std::string>& prefixes);

}  // namespace satchel
