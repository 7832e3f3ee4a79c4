#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Removes `name`, and everything below it if it is a directory, from the open directory `parent`.
// Removes symbolic links and never follows them, even if others change the tree meanwhile; does not
// enter a filesystem mounted within; keeps at most two directories open, whatever the depth. A
// missing name is no error. Errors: system errors, for what could not be removed.
[[nodiscard]] absl::Status RemoveTree(int parent, const std::string& name);

// The entries of an open directory except "." and "..", in no order. Errors: system errors.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> NamesIn(int directory);

}  // namespace satchel
