#pragma once

#include <optional>

#include "absl/status/statusor.h"

#include "frontend/scratch_directory.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Files (--file) that are elsewhere are brought here: of URLs, and of "-", which is standard input.
// `arguments->files` names the copies from then on, which are there as long as what is returned;
// none if there was nothing to bring. Errors: those of Downloader, and of reading.
[[nodiscard]] absl::StatusOr<std::optional<ScratchDirectory>> BringFiles(Arguments* arguments);

}  // namespace satchel
