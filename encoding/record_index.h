#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/spec/record.h"

namespace satchel {

// An index over a few records that no channel gave us: an environment's, virtual packages. So the
// rest of the encoding knows one kind of record only. All of them are of one subdir. Errors:
// kInvalidArgument, "package 'x': why", for a record that does not parse.
[[nodiscard]] absl::StatusOr<Index> IndexRecords(const std::vector<const PackageRecord*>& records,
                                                 const std::string& subdir);

}  // namespace satchel
