#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/transaction.h"

namespace satchel {

// A package that stays, and a file of it whose place a package that goes had taken.
struct ClobberedFile {
  std::string package;  // That stays.
  std::string path;
  std::string by;  // The package that goes.
};

// One for each package that has to be linked anew, lest its file be missing or that of a package
// that is no more. Known by the SHA-256 in conda-meta: where the file on disk is that of a package
// that stays, or of one that is linked now, nothing has to be done. Errors: those of reading
// conda-meta. Cost: reads all of it, but nothing if no package goes.
[[nodiscard]] absl::StatusOr<std::vector<ClobberedFile>> FindClobbered(
    const std::string& prefix, const Transaction& transaction);

}  // namespace satchel
