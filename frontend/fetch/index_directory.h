#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace satchel {

// The directory of the index cache: one file for each repodata file that was read, named after it.

struct IndexDirectoryEntry {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::chrono::system_clock::time_point last_used;
};

// What the cache may hold. An index takes about 300 bytes a record.
struct IndexDirectoryLimits {
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
  std::chrono::hours max_age = std::chrono::hours(24) * 60;  // Since the last use.
};

// The file for the repodata at `source`, read as of `subdir`.
std::string IndexFilePath(const std::string& directory, std::string_view source,
                          std::string_view subdir);

// Notes the use of a file, for eviction. To the hour: more would cost a write at every use.
void MarkIndexUsed(const std::string& path);

// All indexes, with what killed writers left behind; by path. Empty if there is no such directory.
std::vector<IndexDirectoryEntry> ListIndexDirectory(const std::string& directory);

// Removes a file. One that a writer is at work on stays. Errors: of the system.
[[nodiscard]] absl::Status RemoveIndex(const std::string& path);

// Removes what is too old, then what was used least recently, until the limits hold; never `keep`.
void EvictIndexes(const std::string& directory, const IndexDirectoryLimits& limits,
                  std::string_view keep);

}  // namespace satchel
