#pragma once

#include <string>
#include <vector>

#include "solver/solve.h"

namespace satchel {

// The environment as an @EXPLICIT file (CEP 23), in topological order, each URL with its sha256 or
// md5. Requires: URLs are filled in.
std::string ToExplicitFile(const Plan& plan, const std::string& platform);

struct EnvironmentYamlOptions {
  std::string name;                   // Empty: not written.
  std::vector<std::string> channels;  // Names or URLs.
};

// The environment as an environment.yml (CEP 24) with exact versions and builds, by name.
std::string ToEnvironmentYaml(const Plan& plan, const EnvironmentYamlOptions& options);

}  // namespace satchel
