#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"

namespace satchel {

// A Python distribution in an environment that pip (or uv, ...) installed, not conda.
struct PipPackage {
  std::string name;  // As in its metadata.
  std::string version;
};

// By name, the distributions whose .dist-info is in the site-packages of the environment's python
// and in no package of conda-meta. None if there is no python.
std::vector<PipPackage> PipPackages(const std::string& prefix,
                                    const std::vector<InstalledPackage>& installed);

}  // namespace satchel
