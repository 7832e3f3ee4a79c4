#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encoding/universe.h"
#include "solver/search/search.h"

namespace satchel {

// How far a chosen package is behind the newest version that any channel of the request has, and
// why.
struct Behind {
  std::int64_t versions = 0;  // Distinct newer versions.
  std::int64_t days = 0;      // As PlanPackage::days_behind.
  std::string limited_by;     // As PlanPackage::limited_by.
};

// Explains against the finished plan: the first rule or package that keeps the newest record out. A
// hint for the reader of a table, not a proof; `why-not` is for that.
// Cost: linear in the records of the name, times the plan's requirements on it.
[[nodiscard]] Behind WhyBehind(const Universe& universe, const Model& model,
                               const std::vector<PackageId>& plan, PackageId package);

}  // namespace satchel
