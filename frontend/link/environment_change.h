#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"
#include "repodata/spec/record.h"
#include "solver/solve.h"

namespace satchel {

// Which packages go, come and stay.
struct EnvironmentChange {
  std::vector<PackageRecord> unlink;
  std::vector<PackageRecord> link;  // In topological order.
  std::vector<PackageRecord> kept;
};

// Of a solver's plan for an environment with these packages. Where the plan moves python's
// site-packages, the noarch python packages that stay are linked anew: their files lie there.
EnvironmentChange ChangeOf(const Plan& plan, const std::vector<InstalledPackage>& installed);

// The environment becomes exactly these packages: what is installed already (the same name,
// version, build and subdir) stays.
EnvironmentChange ChangeTo(std::vector<PackageRecord> packages,
                           const std::vector<InstalledPackage>& installed);

// Also links anew the packages of these names that would stay.
void Relink(const std::vector<std::string>& names, EnvironmentChange* change);

// Puts each record behind those that it depends on; cycles are cut somewhere. Records that do not
// depend on each other keep their order.
void SortByDependencies(std::vector<PackageRecord>* records);

}  // namespace satchel
