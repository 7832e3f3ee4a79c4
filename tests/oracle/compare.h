#pragma once

#include <functional>
#include <string>
#include <vector>

#include "solver/solve.h"
#include "tests/oracle/universe.h"

namespace satchel::oracle {

// "app-1-0 (main/linux-64, app-1-0.conda)", by name: all that tells one record from another.
[[nodiscard]] std::vector<std::string> Labels(const std::vector<PackageRecord>& records);
[[nodiscard]] std::vector<PackageRecord> RecordsOf(const Plan& plan);

// What is wrong with Solve's answer to the universe: "" if it is exactly the oracle's. Otherwise
// both answers, and how each was come by.
[[nodiscard]] std::string Disagreement(const Universe& universe);

// For an unsatisfiable universe: "" if Conflict.blamed is a minimal set of specs and pins that
// cannot hold together, as the oracle sees it.
[[nodiscard]] std::string BlameFlaw(const Universe& universe);
// The same of a conflict of the request; it need not be minimal if it says so.
[[nodiscard]] std::string FlawOfBlame(const Request& request, const Conflict& conflict);

// `check` is one of the above, or the like; a crash or a hang counts as a complaint. "" if it has
// none, else the smallest universe found that it complains about, and what it says.
[[nodiscard]] std::string Minimised(const Universe& universe,
                                    const std::function<std::string(const Universe&)>& check);

}  // namespace satchel::oracle
