#include "frontend/fetch/index_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "repodata/index/checksum.h"
#include "repodata/index/index_format.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;
using FileClock = std::chrono::system_clock;

constexpr std::string_view kSuffix = ".index";
constexpr std::string_view kTemporarySuffix = ".index.tmp";
// A younger temporary file may be one that its writer has made and not locked yet.
constexpr std::chrono::minutes kLongestWrite(10);

bool IsTemporary(const IndexDirectoryEntry& entry) {
  return entry.path.ends_with(kTemporarySuffix);
}

FileClock::time_point ToTime(const timespec& time) {
  return FileClock::time_point(std::chrono::duration_cast<FileClock::duration>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

// "conda-forge-linux-64" of /srv/conda-forge/linux-64/repodata.json: for whoever looks.
std::string Legible(std::string_view source) {
  std::string_view parent = source.substr(0, source.rfind('/'));
  std::size_t first = parent.rfind('/');
  first = first == 0 || first == std::string_view::npos ? first : parent.rfind('/', first - 1);
  std::string legible(parent.substr(first == std::string_view::npos ? 0 : first + 1, 80));
  for (char& c : legible) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '.';
    c = is_plain ? c : '-';
  }
  return legible;
}

}  // namespace

std::string IndexFilePath(const std::string& directory, std::string_view source,
                          std::string_view subdir) {
  // With the version of the format: two versions of satchel do not overwrite each other's.
  std::string key = std::to_string(kIndexFormatVersion);
  for (const std::string_view part : {source, subdir}) {
    key += '\0';
    key += part;
  }
  return absl::StrFormat("%s/%s-%016x%s", directory, Legible(source),
                         Checksum(std::as_bytes(std::span(key))), kSuffix);
}

void MarkIndexUsed(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 &&
      FileClock::now() - ToTime(status.st_atim) > std::chrono::hours(1)) {
    const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    // Not ours to change, perhaps: then it ages.
    static_cast<void>(::utimensat(AT_FDCWD, path.c_str(), times, 0));
  }
}

std::vector<IndexDirectoryEntry> ListIndexDirectory(const std::string& directory) {
  std::vector<IndexDirectoryEntry> entries;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::string path = it->path().string();
    struct stat status = {};
    if ((path.ends_with(kSuffix) || path.ends_with(kTemporarySuffix)) &&
        ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      entries.push_back({std::move(path), static_cast<std::uint64_t>(status.st_size),
                         std::max(ToTime(status.st_atim), ToTime(status.st_mtim))});
    }
  }
  std::ranges::sort(entries, {}, &IndexDirectoryEntry::path);
  return entries;
}

absl::Status RemoveIndex(const std::string& path) {
  // Held until the file is gone: a writer that waits for none sees that its file is not the one.
  const FileDescriptor file(
      path.ends_with(kTemporarySuffix) ? ::open(path.c_str(), O_RDWR | O_CLOEXEC) : -1);
  if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::OkStatus();
  }
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? absl::OkStatus()
                                                        : SystemError(path, "cannot remove", errno);
}

void EvictIndexes(const std::string& directory, const IndexDirectoryLimits& limits,
                  std::string_view keep) {
  std::vector<IndexDirectoryEntry> entries = ListIndexDirectory(directory);
  std::ranges::stable_sort(entries, {}, &IndexDirectoryEntry::last_used);
  std::uint64_t total = 0;
  for (const IndexDirectoryEntry& entry : entries) {
    total += IsTemporary(entry) ? 0 : entry.size_bytes;
  }
  const FileClock::time_point now = FileClock::now();
  const auto goes = [&](const IndexDirectoryEntry& entry) {
    return IsTemporary(entry) ? entry.last_used < now - kLongestWrite
                              : entry.last_used < now - limits.max_age || total > limits.max_bytes;
  };
  for (const IndexDirectoryEntry& entry : entries) {
    if (entry.path != keep && goes(entry) && RemoveIndex(entry.path).ok()) {
      total -= IsTemporary(entry) ? 0 : entry.size_bytes;
    }
  }
}

}  // namespace satchel
