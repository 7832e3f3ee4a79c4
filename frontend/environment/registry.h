#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "frontend/config/virtual_packages.h"

namespace satchel {

// The user's list of environments, wherever they are: ~/.conda/environments.txt, one path per line,
// which conda, mamba and satchel share. satchel's writers exclude each other by a lock on its
// directory; conda, which does not know the lock, appends lines, and so does satchel.

std::string RegistryFile(const EnvironmentLookup& lookup);

// The paths in `file`, as written; none if it is not there. Errors: those of reading.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> RegisteredEnvironments(
    const std::string& file);

// Adds an environment unless it is listed. Errors: those of writing. An environment works without
// being listed, so a caller may continue.
[[nodiscard]] absl::Status RegisterEnvironment(const std::string& file, const std::string& prefix);

// Removes an environment from the list, and with it those that no longer exist.
[[nodiscard]] absl::Status UnregisterEnvironment(const std::string& file,
                                                 const std::string& prefix);

}  // namespace satchel
