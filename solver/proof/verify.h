#pragma once

#include <string>
#include <vector>

#include "encoding/request.h"

namespace satchel {

// Checks a set of packages against a request, knowing conda's rules but nothing of the encoder or
// the solver (only MatchSpec is shared): one record a name; every spec, pin, removal and dependency
// is satisfied; no constrains is violated; every record comes from the request's channels (or its
// environment), is visible under the channel priority, not newer than exclude_newer; nothing is
// there that neither the request, the environment nor a dependency asks for. Returns one line for
// each violation; empty if the plan is valid. Cost: linear in the plan, times the records of the
// plan's names.
[[nodiscard]] std::vector<std::string> VerifyPlan(const Request& request,
                                                  const std::vector<PackageRecord>& packages);

}  // namespace satchel
