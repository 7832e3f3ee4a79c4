#pragma once

#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/index/index_draft.h"
#include "repodata/index/index_order.h"

namespace satchel {

// Writes the image of index_format.h: the draft in the given order, with canonical ids.
// Errors: kResourceExhausted if an offset would need more than 32 bits.
[[nodiscard]] absl::StatusOr<Index> WriteImage(const IndexDraft& draft, const IndexOrder& order,
                                               std::string_view subdir, std::string_view base_url);

}  // namespace satchel
