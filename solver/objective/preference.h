#pragma once

#include <string_view>

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

// "3.11" of "3.11.9".
inline std::string_view MinorOf(std::string_view version) {
  const std::size_t first = version.find('.');
  return first == std::string_view::npos ? version
                                         : version.substr(0, version.find('.', first + 1));
}

}  // namespace satchel
