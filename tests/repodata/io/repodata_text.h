#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "repodata/index/index.h"

namespace satchel::testing {

// One record of a repodata.json to write.
struct RecordText {
  std::string fn;
  std::string json;
};

// A repodata.json of these records, in this order, each in the map for its file name. `more` is
// further content of the outermost object, beginning with a comma.
std::string RepodataText(std::span<const RecordText> records, std::string_view more = "");

// {"name": ..., "version": ..., "build": ..., "build_number": ..., `more`} under its usual file
// name.
RecordText MakeRecord(std::string_view name, std::string_view version, std::string_view build,
                      std::uint64_t build_number = 0, std::string_view more = "",
                      std::string_view extension = ".conda");

// Every record of an index, written out again.
std::vector<RecordText> WriteRecords(const Index& index);

// Reads every table through every accessor, so that a sanitizer detects the effects of a corrupt
// image. Returns a value that depends on all of it.
std::uint64_t TouchAll(const Index& index);

}  // namespace satchel::testing
