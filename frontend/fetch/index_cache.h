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
  std::string directory;  // Created at the first write. Empty: no cache.
  IndexDirectoryLimits limits;
  bool rebuild = false;  // Ignores existing indexes, and writes new ones.
  IndexAccess access = IndexAccess::kMap;
};

struct CachedIndex {
  Index index;
  IngestReport report;
  std::string file;       // The file of the index; empty if it is not kept.
  bool was_kept = false;  // The index comes from that file.
};

// Keeps the indexes of repodata files on disk, so that a channel is read once and mapped from then
// on. An index is used if the repodata has not changed since: by its stamp (path, size, times,
// inode) or else by the hash of its content. An index that is stale, damaged, truncated or of
// another version is rebuilt. If the cache is not readable or writable, that is a warning, never an
// error: everything then works in memory.
//
// Several threads and processes may use a directory at once (repodata/index/index_file.h).
class IndexCache final {
 public:
  explicit IndexCache(IndexCacheOptions options) : options_(std::move(options)) {}

  // The index of a repodata file, if it is kept and current. Cost: 20 us, or that of hashing the
  // repodata if its stamp is inconclusive.
  std::optional<CachedIndex> Find(const std::string& path, const IngestOptions& options);

  // Builds the index of a repodata file and keeps it. Errors: those of IngestRepodataFile.
  [[nodiscard]] absl::StatusOr<CachedIndex> Make(const std::string& path,
                                                 const IngestOptions& options);

  // Problems of the cache since the last call, without duplicates.
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
