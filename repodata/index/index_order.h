#pragma once

#include <cstdint>
#include <vector>

#include "repodata/index/index_draft.h"

namespace satchel {

// The order that index.h promises, over a draft whose files are all distinct.
struct IndexOrder {
  std::vector<DraftTextId> names;        // Of names that a record has, ascending.
  std::vector<std::uint32_t> first_row;  // Per name, into `rows`; one more at the end.
  std::vector<std::uint32_t> rows;       // Draft records, by name, then best first.
  std::vector<DraftVersionId> versions;  // Of versions that a record has, ascending by (key, text).
};

IndexOrder OrderIndex(const IndexDraft& draft);

// A total order of records by content, whatever their ids in the draft: preference first (index.h),
// then the file, then all the rest. Slow: for duplicates only.
bool ContentLess(const IndexDraft& draft, const DraftRecord& a, const DraftRecord& b);

}  // namespace satchel
