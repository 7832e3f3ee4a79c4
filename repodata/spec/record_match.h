#pragma once

#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"

namespace satchel {

// Whether the record satisfies the spec; a record without a valid version never does.
[[nodiscard]] bool MatchesRecord(const MatchSpec& spec, const PackageRecord& record);

}  // namespace satchel
