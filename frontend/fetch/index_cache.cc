#include "frontend/fetch/index_cache.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/io/file.h"

namespace satchel {
namespace {

// Whether the repodata still is what the index was made of. A file that was only touched or copied
// gets the index's stamp renewed, so that the next time a look at the stamp suffices.
bool IsCurrent(const std::string& file, const std::string& path, const FileIdentity& known) {
  const absl::StatusOr<FileStamp> stamp = StampOf(path);
  if (!stamp.ok()) {
    return false;
  }
  if (known.is_settled && *stamp == known.stamp) {
    return true;
  }
  const absl::StatusOr<FileIdentity> now = IdentifyFile(path);
  if (!now.ok() || now->content != known.content) {
    return false;
  }
  if (now->is_settled) {
    // In a directory that is not ours the content is read every time; that is not worth a warning.
    static_cast<void>(RestampIndexFile(file, *now));
  }
  return true;
}

}  // namespace

std::optional<CachedIndex> IndexCache::Find(const std::string& path, const IngestOptions& options) {
  if (options_.directory.empty() || options_.rebuild) {
    return std::nullopt;
  }
  const std::string file = IndexFilePath(options_.directory, path, options.subdir);
  absl::StatusOr<IndexFile> opened = OpenIndexFile(file, options_.access);
  if (absl::IsDataLoss(opened.status())) {
    Warn(absl::StrFormat("the cached index %s; it is rebuilt", ToStd(opened.status().message())));
  }
  if (!opened.ok() || opened->notes.source != path || opened->notes.subdir != options.subdir ||
      !IsCurrent(file, path, opened->notes.identity)) {
    return std::nullopt;
  }
  MarkIndexUsed(file);
  return CachedIndex{std::move(opened->index), std::move(opened->notes.report), file, true};
}

absl::StatusOr<CachedIndex> IndexCache::Make(const std::string& path,
                                             const IngestOptions& options) {
  CachedIndex made;
  if (options_.directory.empty()) {
    ASSIGN_OR_RETURN(made.index, IngestRepodataFile(path, options, &made.report));
    return made;
  }
  IndexFileNotes notes;
  notes.source = path;
  notes.subdir = options.subdir;
  ASSIGN_OR_RETURN(made.index, IngestRepodataFile(path, options, &notes.report, &notes.identity));
  const std::string file = IndexFilePath(options_.directory, path, options.subdir);
  if (const absl::Status written = Write(file, made.index, notes); written.ok()) {
    made.file = file;
  } else if (!absl::IsAborted(written)) {  // Another process is keeping the same.
    const std::lock_guard lock(mutex_);
    if (!std::exchange(has_failed_to_write_, true)) {
      warnings_.push_back(
          absl::StrFormat("the index cannot be cached (%s); set SATCHEL_CACHE_DIR to a writable "
                          "directory, or give --no-index-cache",
                          ToStd(written.message())));
    }
  }
  made.report = std::move(notes.report);
  return made;
}

absl::Status IndexCache::Write(const std::string& file, const Index& index,
                               const IndexFileNotes& notes) {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error) {
    return absl::UnavailableError(options_.directory + ": " + error.message());
  }
  RETURN_IF_ERROR(WriteIndexFile(file, index, notes));
  EvictIndexes(options_.directory, options_.limits, file);
  return absl::OkStatus();
}

void IndexCache::Warn(std::string warning) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back(std::move(warning));
}

std::vector<std::string> IndexCache::TakeWarnings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(warnings_, {});
}

}  // namespace satchel
