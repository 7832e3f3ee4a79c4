#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/io/file.h"

namespace satchel {

// A skipped record, and why ("bad version", "malformed depends 'foo ==': ...").
struct SkippedRecord {
  std::string fn;
  std::string reason;
};

struct IngestReport {
  std::uint64_t num_records = 0;       // In the index.
  std::uint64_t num_removed = 0;       // In the text, but listed in `removed`.
  std::uint64_t num_shadowed = 0;      // .tar.bz2 files that also exist as .conda.
  std::uint64_t num_skipped = 0;       // Malformed, or with an unsupported feature.
  std::vector<SkippedRecord> skipped;  // The first 1,000 of them.
};

struct IngestOptions {
  std::string subdir;  // Used if info.subdir is missing.
  std::string label;   // Names the input in messages: its path or URL. A file's own path if empty.
  // A longer text is refused: a few compressed kB can expand to gigabytes. The largest channel had
  // 0.5 GB in 2026; the parser's own limit is 4 GiB.
  std::uint64_t max_text_bytes = std::uint64_t{2} << 30;
};

// Turns the text of a repodata.json into an index (schema: CEP 34-36, 15, 47; v3 and conditional
// dependencies, CEP 43-45 and 48, only record by record: a record with an unsupported feature is
// skipped with its reason). `report` may be null. An empty text is an empty repodata (CEP 36).
//
// Errors: kInvalidArgument, "<label>: what is wrong at byte N", if the text is truncated, not JSON
// or not a repodata; kUnimplemented if its repodata_version is above 3; kResourceExhausted if it is
// too long. A malformed record is skipped, counted and named in `report`. The result does not
// depend on the order of the records in the text.
[[nodiscard]] absl::StatusOr<Index> IngestRepodata(std::string_view json,
                                                   const IngestOptions& options,
                                                   IngestReport* report);

// Reads a repodata file (.json, .json.zst, .json.bz2; by content, not by name) and decompresses it
// as a stream. Errors: kNotFound, kPermissionDenied, kDataLoss (a damaged or truncated compressed
// stream, with the offset), or those of IngestRepodata. `identity`, which may be null, receives the
// identity of the file.
[[nodiscard]] absl::StatusOr<Index> IngestRepodataFile(const std::string& path,
                                                       const IngestOptions& options,
                                                       IngestReport* report,
                                                       FileIdentity* identity = nullptr);

}  // namespace satchel
