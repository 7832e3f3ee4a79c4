#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/io/file.h"
#include "repodata/io/ingest.h"

namespace satchel {

// What a file of an index says besides the index.
struct IndexFileNotes {
  std::string source;     // Path of the repodata, absolute.
  std::string subdir;     // IngestOptions::subdir.
  FileIdentity identity;  // Of the repodata.
  IngestReport report;
};

struct IndexFile {
  Index index;  // Owns the mapping.
  IndexFileNotes notes;
};

// Writes an index and its notes to a file, in one step: whoever opens `path` at any time finds
// either what was there before or all of the new file, even after a power cut. Processes that write
// the same file at once do not disturb each other: one of them writes, the others get kAborted.
// Requires: the directory exists.
// Errors: kAborted; kPermissionDenied, kResourceExhausted (a full disk), kUnavailable. A writer
// that is killed leaves `path`.tmp behind, which the next one takes over.
[[nodiscard]] absl::Status WriteIndexFile(const std::string& path, const Index& index,
                                          const IndexFileNotes& notes);

// How the file comes into memory: mapped, at a constant cost, with a handler of SIGBUS for a file
// that is cut short meanwhile; or copied, which needs none.
enum class IndexAccess { kMap, kCopy };

// What is read later of the file is checked page by page (repodata/index/checked_pages.h). It may
// be replaced or removed meanwhile. Errors: kNotFound; kFailedPrecondition if it is of another
// version of the format; kDataLoss if it is damaged; others of the system.
[[nodiscard]] absl::StatusOr<IndexFile> OpenIndexFile(const std::string& path,
                                                      IndexAccess access = IndexAccess::kMap);

// Notes that the repodata, of the same content, now has another stamp. Readers meanwhile see the
// old stamp, the new one or none. Errors: of the system.
[[nodiscard]] absl::Status RestampIndexFile(const std::string& path, const FileIdentity& identity);

}  // namespace satchel
