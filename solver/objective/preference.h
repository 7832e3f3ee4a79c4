#pragma once

#include "encoding/candidates.h"
#include "solver/solve.h"

namespace satchel {

// Which end of the versions an objective wants.
inline VersionPreference PreferenceOf(Objective objective) {
  switch (objective) {
    case Objective::kLowest:
      return VersionPreference::kLowest;
    case Objective::kLowestDirect:
      return VersionPreference::kLowestForRequested;
    case Objective::kNewest:
    case Objective::kOrdered:
    case Objective::kFewestChanges:
      break;
  }
  return VersionPreference::kNewest;
}

}  // namespace satchel
