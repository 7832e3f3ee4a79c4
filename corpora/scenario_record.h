#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// Parses one record line of a scenario: "name version build | depends: a >=1, b | ...". A line with
// the field `python: 3.11 3.12` stands for one record each, in that order. The records have no
// channel, subdir or digests yet. Errors: kInvalidArgument without a location.
[[nodiscard]] absl::StatusOr<std::vector<PackageRecord>> ParseRecordLine(std::string_view line);

// Sets channel and subdir and, derived from them and the record's content, the file name, digests
// and (if the scenario gives none) the size: invented, but the same on every machine.
void CompleteRecord(std::string_view channel, std::string_view subdir, PackageRecord* record);

// "2024-05-31" as milliseconds since 1970, midnight UTC. Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::int64_t> ParseScenarioDate(std::string_view text);

// Splits a list of specs at each comma followed by a space; other commas belong to the specs.
[[nodiscard]] std::vector<std::string> SplitSpecList(std::string_view text);

// The pieces of `text` between runs of spaces, none of them empty. Views of `text`.
[[nodiscard]] std::vector<std::string_view> ScenarioWords(std::string_view text);

}  // namespace satchel
