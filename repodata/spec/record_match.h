#pragma once

#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"

namespace satchel {

// Whether the record is what the spec asks for; a record without a proper version never is.
[[nodiscard]] bool MatchesRecord(const MatchSpec& spec, const PackageRecord& record);

}  // namespace satchel
