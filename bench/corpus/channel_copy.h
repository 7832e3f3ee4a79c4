#pragma once

#include <string>

#include "absl/status/status.h"

#include "bench/corpus/manifest.h"

namespace satchel {

// Copies <from>/<subdir>/repodata.json of all subdirs, without the fields that are null: some old
// records have them where the schema wants lists, and some solvers then refuse the whole channel.
[[nodiscard]] absl::Status CopyWithoutNulls(const std::string& from, const std::string& to);

// Compares the channel's files with the hashes that the manifest pins.
// Errors: kNotFound; kFailedPrecondition if one is another.
[[nodiscard]] absl::Status CheckHashes(const ManifestChannel& channel);

}  // namespace satchel
