#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/spec/record.h"

namespace satchel {

// An index over a few records that come from no channel: those of an environment, or virtual
// packages. So the rest of the encoding knows only one kind of record. All of them have the same
// subdir. Errors: kInvalidArgument, "package 'x': why", for a record that does not parse.
[[nodiscard]] absl::StatusOr<Index> IndexRecords(const std::vector<const PackageRecord*>& records,
                                                 const std::string& subdir);

}  // namespace satchel
