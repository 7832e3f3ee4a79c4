#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/change/transaction.h"

namespace satchel {

// A package that stays, and one of its files that a removed package had replaced, or that was
// linked to another place through a link of directories of a removed package.
struct ClobberedFile {
  std::string package;  // The package that stays.
  std::string path;
  std::string by;         // The removed package.
  bool is_moved = false;  // The link on its way goes, or leads elsewhere.
};

// One for each package that must be linked again so that its file is neither missing nor that of a
// removed package, and is where it would be had the removed package never been there. A replaced
// file is detected by the SHA-256 in conda-meta: if the file on disk belongs to a package that
// stays or is linked now, nothing is needed. Errors: those of reading conda-meta. Cost: reads all
// of it, but nothing if no package is removed.
[[nodiscard]] absl::StatusOr<std::vector<ClobberedFile>> FindClobbered(
    const std::string& prefix, const Transaction& transaction);

}  // namespace satchel
