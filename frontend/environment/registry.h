#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "frontend/config/virtual_packages.h"

namespace satchel {

// The user's list of environments, wherever they lie: ~/.conda/environments.txt, one path a line,
// which conda, mamba and satchel share. Those of us who write it wait for each other, by a lock on
// its directory; conda, which knows no lock, adds lines at the end, and so do we.

std::string RegistryFile(const EnvironmentLookup& lookup);

// The paths in `file`, as written; none if it is not there. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> RegisteredEnvironments(
    const std::string& file);

// Adds an environment, unless it is there. Errors: those of writing. An environment works without
// being listed, so a caller may go on.
[[nodiscard]] absl::Status RegisterEnvironment(const std::string& file, const std::string& prefix);

// Takes an environment off the list, and with it those that are no more.
[[nodiscard]] absl::Status UnregisterEnvironment(const std::string& file,
                                                 const std::string& prefix);

}  // namespace satchel
