#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

// Cached packages that environments need although no hard link shows it: those that their files
// link to symbolically.

// Notes in the package caches that an environment may have symbolic links into them. `clean` checks
// the environments that it knows of, and these. A cache that is not writable cannot be cleaned
// either, so errors are ignored.
void NoteSoftLinkedEnvironment(const std::vector<std::string>& caches, const std::string& prefix);

// The environments noted in a cache.
std::vector<std::string> SoftLinkedEnvironments(const std::string& cache);

// Those of `packages` (extracted, absolute paths) into which a file of one of the environments is a
// symbolic link.
std::set<std::string> SoftLinkedPackages(const std::set<std::string>& packages,
                                         const std::vector<std::string>& prefixes);

}  // namespace satchel
