#pragma once

#include <optional>

#include "encoding/request.h"
#include "repodata/spec/condition.h"

namespace satchel {

// What the machine's virtual packages alone say of a condition; nothing if a plan decides.
[[nodiscard]] std::optional<bool> KnownOnMachine(const Request& request,
                                                 const Condition& condition);

// Whether a spec of the request counts in every plan: it has no condition, or one that holds on the
// machine. Only such specs make a package a requested one and its other records no candidates.
[[nodiscard]] bool CountsAlways(const Request& request, const MatchSpec& spec);

}  // namespace satchel
