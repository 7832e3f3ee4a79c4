#pragma once

#include "absl/status/status.h"

#include <nlohmann/json.hpp>

namespace satchel {

// What of this machine decides how fast anything runs on it: processor, cores, frequency governor,
// memory, kernel, load, and the revision of the git tree we stand in. What cannot be found out is
// left out.
nlohmann::json DescribeMachine();

// Keeps this process, and what it starts from now on, on one processor. Errors: kInvalidArgument.
[[nodiscard]] absl::Status PinToProcessor(int processor);

// Lets the system forget what it keeps of a file in memory, so that the next reader goes to the
// disk. Does nothing if it cannot.
void DropFromPageCache(const std::string& path);

}  // namespace satchel
