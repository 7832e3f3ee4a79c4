#pragma once

#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/index/index_draft.h"
#include "repodata/index/index_order.h"

namespace satchel {

// What an index says of itself; Index has the meaning of each.
struct IndexInfo {
  std::string_view subdir;
  std::string_view base_url;
  std::string_view base_channel;
  std::string_view overridden_channel;
};

// Writes the image of index_format.h: the draft in the given order, with canonical ids.
// Errors: kResourceExhausted if an offset would need more than 32 bits.
[[nodiscard]] absl::StatusOr<Index> WriteImage(const IndexDraft& draft, const IndexOrder& order,
                                               const IndexInfo& info);

}  // namespace satchel
