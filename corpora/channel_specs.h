#pragma once

#include <cstdint>
#include <string_view>

#include "corpora/channel_builds.h"
#include "corpora/channel_plan.h"
#include "repodata/spec/record.h"

namespace satchel {

// Fills `*record` with all fields of a planned record in repodata.json, including specs with the
// bounds that a packager would have written that day, knowing the versions released by then.
// `*record` is for reuse: its strings keep their memory. Cost: about 1 us.
void FillRecord(const ChannelPlan& plan, std::uint32_t name, const PlannedRecord& planned,
                PackageRecord* record);

// ".conda", or ".tar.bz2" for those older than that format.
[[nodiscard]] std::string_view FileExtension(const PlannedRecord& planned);

}  // namespace satchel
