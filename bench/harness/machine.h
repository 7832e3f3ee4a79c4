#pragma once

#include "absl/status/status.h"

#include <nlohmann/json.hpp>

namespace satchel {

// The properties of this machine that determine its speed: processor, cores, frequency governor,
// memory, kernel, load, and the revision of the current git tree. Omits unknown ones.
nlohmann::json DescribeMachine();

// Pins this process, and those that it starts from now on, to one processor. Errors:
// kInvalidArgument.
[[nodiscard]] absl::Status PinToProcessor(int processor);

// Drops a file from the system's page cache, so that the next reader goes to the disk. Does nothing
// if that is impossible.
void DropFromPageCache(const std::string& path);

}  // namespace satchel
