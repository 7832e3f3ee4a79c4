#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"

namespace satchel {

// A Python distribution in an environment that pip (or uv, ...) brought, not conda.
struct PipPackage {
  std::string name;  // As its metadata says.
  std::string version;
};

// By name, those whose .dist-info lies in the site-packages of the environment's python and in no
// package of conda-meta. None if there is no python.
std::vector<PipPackage> PipPackages(const std::string& prefix,
                                    const std::vector<InstalledPackage>& installed);

}  // namespace satchel
