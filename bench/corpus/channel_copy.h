#pragma once

#include <string>

#include "absl/status/status.h"

#include "bench/corpus/manifest.h"

namespace satchel {

// Copies <from>/<subdir>/repodata.json of all subdirs, without null fields: some old records have
// null where the schema requires lists, and some solvers then reject the whole channel.
[[nodiscard]] absl::Status CopyWithoutNulls(const std::string& from, const std::string& to);

// Compares the channel's files with the hashes in the manifest. Errors: kNotFound;
// kFailedPrecondition if one differs.
[[nodiscard]] absl::Status CheckHashes(const ManifestChannel& channel);

}  // namespace satchel
