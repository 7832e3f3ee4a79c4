#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

// The directory of the index cache: one file for each repodata file, named after it.

struct IndexDirectoryEntry {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::chrono::system_clock::time_point last_used;
};

// Limits of the cache. An index takes about 300 bytes per record.
struct IndexDirectoryLimits {
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
  std::chrono::hours max_age = std::chrono::hours(24) * 60;  // Since the last use.
};

// The index file for the repodata at `source`, read as `subdir`.
std::string IndexFilePath(const std::string& directory, std::string_view source,
                          std::string_view subdir);

// Records the use of a file, for eviction. To the hour: more precision would cost a write at every
// use.
void MarkIndexUsed(const std::string& path);

// All indexes and files of killed writers, by path. Empty if there is no such directory.
std::vector<IndexDirectoryEntry> ListIndexDirectory(const std::string& directory);

// Removes a file, unless a writer is working on it. Errors: system errors.
[[nodiscard]] absl::Status RemoveIndex(const std::string& path);

// Removes files that are too old, then the least recently used ones, until the limits hold; never
// `keep`.
void EvictIndexes(const std::string& directory, const IndexDirectoryLimits& limits,
                  std::string_view keep);

}  // namespace satchel
