#pragma once

#include <vector>

#include "encoding/request.h"

namespace satchel {

// The role of an installed package in a request (ARCHITECTURE.md, "The objective").
struct InstalledStanding {
  bool is_leaving = false;  // To be removed.
  bool is_root = false;     // Present in its own right: nothing has to need it.
  bool must_stay = false;   // In whatever version. A package that was requested or that a pin names
                            // stays unless it, or something that it needs, is to be removed.
};

// By index of request.installed. Cost: linear in the number of their dependencies if something is
// to be removed.
[[nodiscard]] std::vector<InstalledStanding> StandingsOfInstalled(const Request& request);

// Whether the user requested it or a pin names it.
[[nodiscard]] bool IsClaimed(const Request& request, const InstalledPackage& installed);

}  // namespace satchel
