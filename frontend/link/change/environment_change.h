#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/solve.h"

namespace satchel {

// The packages to remove, to link and to keep.
struct EnvironmentChange {
  std::vector<PackageRecord> unlink;
  std::vector<PackageRecord> link;  // In topological order.
  std::vector<PackageRecord> kept;
};

// From a solver's plan for an environment with these packages. If the plan moves python's
// site-packages, the noarch python packages that stay are linked again, because their files are
// there.
EnvironmentChange ChangeOf(const Plan& plan, const std::vector<InstalledPackage>& installed);

// Makes the environment consist of exactly these packages: installed ones (the same name, version,
// build and subdir) stay.
EnvironmentChange ChangeTo(std::vector<PackageRecord> packages,
                           const std::vector<InstalledPackage>& installed);

// Also relinks the packages of these names that would stay.
void Relink(const std::vector<std::string>& names, EnvironmentChange* change);

// Puts each record after its dependencies; breaks cycles somewhere. Records that do not depend on
// each other keep their order.
void SortByDependencies(std::vector<PackageRecord>* records);

}  // namespace satchel
