#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

// Removes `name`, with all that is below if it is a directory, from the directory that `parent` is
// open on. Symbolic links are removed, never followed, even if others change the tree meanwhile;
// another filesystem that is mounted within is not entered; however deep it is, two directories are
// open at a time. What is not there is no error.
// Errors: those of the system, of what cannot be removed.
[[nodiscard]] absl::Status RemoveTree(int parent, const std::string& name);

// What is in a directory that is open, but for "." and "..", in no order. Errors: the system's.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> NamesIn(int directory);

}  // namespace satchel
