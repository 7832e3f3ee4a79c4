#pragma once

#include <vector>

#include "encoding/request.h"

namespace satchel {

// What a request says of a package that is installed (ARCHITECTURE.md, "The objective").
struct InstalledStanding {
  bool is_leaving = false;  // It is to be removed.
  bool is_root = false;     // It is there in its own right: nothing has to need it.
  bool must_stay = false;   // In whatever version. What was asked for once or what a pin names is
                            // not given up unless it, or what it needs, is to be removed.
};

// By index of request.installed. Cost: linear in their dependencies if something is to be removed.
[[nodiscard]] std::vector<InstalledStanding> StandingsOfInstalled(const Request& request);

// Whether someone said that it should be there: asked for it once, or pins it.
[[nodiscard]] bool IsClaimed(const Request& request, const InstalledPackage& installed);

}  // namespace satchel
