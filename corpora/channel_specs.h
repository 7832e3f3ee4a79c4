#pragma once

#include <cstdint>
#include <string_view>

#include "corpora/channel_builds.h"
#include "corpora/channel_plan.h"
#include "repodata/spec/record.h"

namespace satchel {

// Fills `*record` with everything that repodata.json says of a planned record, specs included:
// their bounds are those that a packager would have written that day, knowing the versions out by
// then.
// `*record` is for reuse: its strings keep their memory. Cost: about 1 us.
void FillRecord(const ChannelPlan& plan, std::uint32_t name, const PlannedRecord& planned,
                PackageRecord* record);

// ".conda", or ".tar.bz2" for those from before there was the former.
[[nodiscard]] std::string_view FileExtension(const PlannedRecord& planned);

}  // namespace satchel
