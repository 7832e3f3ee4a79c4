#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace satchel {

inline constexpr std::int64_t kMinGeneratedRecords = 1'000;
inline constexpr std::int64_t kMaxGeneratedRecords = 10'000'000;

struct GeneratorOptions {
  std::int64_t num_records = 100'000;  // Of both subdirs together.
  std::uint64_t seed = 1;
  std::int64_t revision3_percent = 0;  // Of the .conda records: written as repodata v3.
};

struct GeneratedChannel {
  std::int64_t num_records = 0;
  std::int64_t num_noarch_records = 0;
  std::int64_t num_names = 0;
  std::int64_t num_bytes = 0;  // Of both files.
};

// Writes <directory>/linux-64/repodata.json and <directory>/noarch/repodata.json: a synthetic
// channel with the statistics of a conda channel of this size (tools/measure_channel.py prints
// them).
//
// Ensures: the same bytes for the same options, on every machine; exactly num_records records; each
//   file appears completely or not at all.
// Errors: kInvalidArgument if num_records is out of range, or those of CorpusFile. Cost: about 2 us
// and 700 bytes of file per record; 50 bytes of memory per record.
[[nodiscard]] absl::StatusOr<GeneratedChannel> GenerateChannel(const GeneratorOptions& options,
                                                               const std::string& directory);

}  // namespace satchel
