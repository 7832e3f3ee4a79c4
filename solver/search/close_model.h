#pragma once

#include <functional>
#include <span>

#include "encoding/universe.h"
#include "solver/search/model.h"

namespace satchel {

// Of the packages and positions that `choose` gives, those that the roots need. Requires: together
// they satisfy whatever the roots need. What a spec with a condition asks for is needed if the
// condition holds in what is needed anyway; so the result is the least such plan, and a valid one:
// conditions only ask for presence, so what holds in it held in the whole.
[[nodiscard]] Model CloseModel(const Universe& universe, std::span<const PackageId> roots,
                               const std::function<Position(PackageId)>& choose);

// Whether what the requirement asks for holds where `choose` gives the positions (kNoPosition of
// what is absent), the extras and conditions that it names included.
bool IsSatisfied(Universe& universe, RequirementId requirement,
                 const std::function<Position(PackageId)>& choose);

}  // namespace satchel
