#pragma once

#include <cstdint>
#include <vector>

#include "repodata/index/index_draft.h"

namespace satchel {

// The order that index.h defines, over a draft whose files are all distinct.
struct IndexOrder {
  std::vector<DraftTextId> names;        // The names that have a record, ascending.
  std::vector<std::uint32_t> first_row;  // Per name, into `rows`; one more at the end.
  std::vector<std::uint32_t> rows;       // Draft records, by name, then best first.
  std::vector<DraftVersionId> versions;  // The versions that have a record, ascending by (key,
                                         // text).
};

IndexOrder OrderIndex(const IndexDraft& draft);

// A total order of records by content, whatever their ids in the draft: preference first (index.h),
// then the file, then everything else. Slow: for duplicates only.
bool ContentLess(const IndexDraft& draft, const DraftRecord& a, const DraftRecord& b);

}  // namespace satchel
