#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "repodata/index/index.h"
#include "repodata/io/file.h"
#include "repodata/io/ingest.h"

namespace satchel {

// The contents of an index file besides the index.
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

// Writes an index and its notes to a file in one step: a process that opens `path` at any time
// finds either the previous file or the complete new one, even after a power cut. If several
// processes write the same file at once, one of them writes and the others get kAborted. Requires:
// the directory exists. Errors: kAborted; kPermissionDenied, kResourceExhausted (a full disk),
// kUnavailable. A killed writer leaves `path`.tmp, which the next one takes over.
[[nodiscard]] absl::Status WriteIndexFile(const std::string& path, const Index& index,
                                          const IndexFileNotes& notes);

// How the file gets into memory: mapped, at a constant cost, with a SIGBUS handler in case another
// process truncates the file; or copied, which needs none.
enum class IndexAccess { kMap, kCopy };

// Later reads check the file page by page (repodata/index/checked_pages.h). Other processes may
// replace or remove the file meanwhile. Errors: kNotFound; kFailedPrecondition for another version
// of the format; kDataLoss if it is damaged; other system errors.
[[nodiscard]] absl::StatusOr<IndexFile> OpenIndexFile(const std::string& path,
                                                      IndexAccess access = IndexAccess::kMap);

// Records that the repodata has a new stamp but the same content. Concurrent readers see the old
// stamp, the new one or none. Errors: system errors.
[[nodiscard]] absl::Status RestampIndexFile(const std::string& path, const FileIdentity& identity);

}  // namespace satchel
