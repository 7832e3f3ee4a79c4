#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Compares an environment's files with the paths and hashes in its conda-meta/*.json.
struct PackageHealth {
  std::string name;                  // "numpy-1.26.4-py312_0".
  std::vector<std::string> missing;  // Paths relative to the prefix, sorted.
  std::vector<std::string> altered;  // With a different sha256 than when they were installed.
};

struct EnvironmentHealth {
  std::vector<PackageHealth> packages;  // Packages with problems, by file name.
  std::vector<std::string> problems;    // Of the environment itself, one line each.
  std::size_t num_packages = 0;
  std::size_t num_files = 0;
};

// Reads every file of every package, except bytecode (.pyc), which Python rewrites: that need only
// exist. If two packages share a path, it must be as one of them has it. Errors: those of reading
// the list of packages.
[[nodiscard]] absl::StatusOr<EnvironmentHealth> CheckEnvironment(const std::string& prefix);

}  // namespace satchel
