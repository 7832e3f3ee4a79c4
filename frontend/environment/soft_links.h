#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Which packages of a cache environments need, though no hard link shows it: those that their files
// are symbolic links into.

// Notes in the package caches that an environment may have such links into them: `clean` looks at
// the environments that it knows of otherwise, and at these. A cache that cannot be written cannot
// be cleaned either, so errors are ignored.
void NoteSoftLinkedEnvironment(const std::vector<std::string>& caches, const std::string& prefix);

// The environments that were noted in a cache. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> SoftLinkedEnvironments(
    const std::string& cache);

// The extracted packages, of `packages` (absolute paths), that a file of one of the environments is
// a symbolic link into. Errors: those of reading, but a damaged record is taken for none.
[[nodiscard]] absl::StatusOr<std::set<std::string>> SoftLinkedPackages(
    const std::set<std::string>& packages, const std::vector<std::string>& prefixes);

}  // namespace satchel
