#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// What an environment's files are compared to: the paths and hashes of its conda-meta/*.json.
struct PackageHealth {
  std::string name;                  // "numpy-1.26.4-py312_0".
  std::vector<std::string> missing;  // Paths relative to the prefix, sorted.
  std::vector<std::string> altered;  // With another sha256 than the one they were installed with.
};

struct EnvironmentHealth {
  std::vector<PackageHealth> packages;  // Those with something wrong, by file name.
  std::vector<std::string> problems;    // Of the environment itself, one line each.
  std::size_t num_packages = 0;
  std::size_t num_files = 0;
};

// Reads every file of every package, and looks for bytecode (.pyc), which Python writes anew. A
// path of two packages must be as one of them has it. Errors: those of reading the list of
// packages.
[[nodiscard]] absl::StatusOr<EnvironmentHealth> CheckEnvironment(const std::string& prefix);

}  // namespace satchel
