#pragma once

#include <cstdint>

#include "repodata/spec/record.h"

namespace satchel {

// Whether the record is one of the `percent` of a generated channel's .conda records that are of
// repodata v3: always the same ones.
[[nodiscard]] bool IsChosenForRevision3(const PackageRecord& record, std::int64_t percent);

// The record as one of v3: its specs in brackets (CEP 48), its last dependency under a condition or
// in a group of extras, and with flags. What it needs at most stays what it was.
void MakeRevision3(PackageRecord* record);

}  // namespace satchel
