#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/fetch/index_directory.h"
#include "repodata/index/index.h"
#include "repodata/index/index_file.h"
#include "repodata/io/ingest.h"

namespace satchel {

struct IndexCacheOptions {
  std::string directory;  // Made when something is first written. Empty: no cache.
  IndexDirectoryLimits limits;
  bool rebuild = false;  // Reads no index, however good; writes them.
  IndexAccess access = IndexAccess::kMap;
};

struct CachedIndex {
  Index index;
  IngestReport report;
  std::string file;       // Where the index is kept; empty if it is not.
  bool was_kept = false;  // The index is that file, not made anew.
};

// Keeps the indexes of repodata files on disk, so that a channel is read once and mapped from then
// on. A kept index is used if the repodata is what it was when the index was made: by its stamp
// (path, size, times, inode) or else by the hash of its content. One that is stale, damaged, cut
// short or of another version is made anew. That the cache cannot be read or written is a warning,
// never an error: everything then goes on in memory.
//
// Several threads and processes may use one directory at once (repodata/index/index_file.h).
class IndexCache final {
 public:
  explicit IndexCache(IndexCacheOptions options) : options_(std::move(options)) {}

  // The index of a repodata file, if it is kept and current. Cost: 20 us, or that of hashing the
  // repodata if its stamp does not tell.
  std::optional<CachedIndex> Find(const std::string& path, const IngestOptions& options);

  // Makes the index of a repodata file and keeps it. Errors: those of IngestRepodataFile.
  [[nodiscard]] absl::StatusOr<CachedIndex> Make(const std::string& path,
                                                 const IngestOptions& options);

  // What was wrong with the cache since the last call, each once.
  std::vector<std::string> TakeWarnings();

 private:
  absl::Status Write(const std::string& file, const Index& index, const IndexFileNotes& notes);
  void Warn(std::string warning);

  IndexCacheOptions options_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  bool has_failed_to_write_ = false;
};

}  // namespace satchel
