#pragma once

#include <string_view>

#include "frontend/export/json_writer.h"
#include "repodata/spec/record.h"

namespace satchel {

struct RecordForm {
  std::string_view channel;     // A name or a URL.
  std::string_view url;         // With or without credentials.
  bool of_transaction = false;  // What conda's `--dry-run --json` prints: the short form of LINK
                                // and the long form of FETCH together.
};

// A record as an object, its keys in alphabetical order, as conda writes them. Builds no tree:
// freeing one takes memory, which ends the process where there is none.
void WriteRecord(const PackageRecord& record, const RecordForm& form, JsonWriter& out);

}  // namespace satchel
