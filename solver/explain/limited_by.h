#pragma once

#include <cstdint>
#include <string>
#include <utility>
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
class LimitFinder final {
 public:
  // `plan`: the packages of the model, in its order. Cost: linear in what they ask for.
  LimitFinder(const Universe& universe, const Model& model, const std::vector<PackageId>& plan);

  // Cost: linear in the records of the name and in what the plan asks of it.
  [[nodiscard]] Behind WhyBehind(PackageId package) const;

 private:
  using Asked = std::pair<PackageId, RequirementId>;  // By whom.

  PackageId WhoAsks(PackageId asker) const;
  std::string HeldBackBy(PackageId package, Position newest) const;

  const Universe& universe_;
  const Model& model_;
  std::vector<std::vector<Asked>> askers_;  // By package: of the plan, then pseudo-packages.
};

}  // namespace satchel
