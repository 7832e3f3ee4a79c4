#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/fetch/downloader.h"
#include "frontend/link/change/environment_lock.h"
#include "frontend/link/package/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// An extracted package in a package cache.
struct CachedPackage {
  PackageContents contents;
  std::string archive;  // Empty if it does not exist.
};

// Callbacks while packages are prepared; each may be empty. One call at a time.
struct ProvideWatch {
  // The number of bytes of a package's file so far; may decrease when a transfer restarts.
  std::function<void(const PackageRecord& record, std::uint64_t bytes)> fetching;
  std::function<void(const PackageRecord& record)> fetched;  // The file is complete and verified.
  std::function<void(std::size_t done, std::size_t total)> extracted;
  std::function<void(const std::string& path)> waiting;   // Waiting for another process.
  std::function<void(const std::string& what)> retrying;  // As DownloadWatch::retrying.
  const std::atomic<bool>* cancel = nullptr;
};

// The package caches (pkgs_dirs) of conda, mamba and rattler, in their common layout:
//   NAME-VERSION-BUILD.conda        the package file
//   NAME-VERSION-BUILD/             extracted, with info/repodata_record.json
//   urls.txt                        where each file came from; marks the directory as a cache
// satchel adds .satchel/ beside them: packages during extraction, and locks. A package gets its
// name when it is complete, in one step, so readers of a cache need no lock.
class PackageCache final {
 public:
  // Searched in this order; new packages go to the first writable one.
  explicit PackageCache(std::vector<std::string> directories)
      : directories_(std::move(directories)) {}

  // The package of the record, extracted and complete (each file exists, with its size); none if no
  // cache has it or if it comes from another file of the same name.
  std::optional<CachedPackage> Find(const PackageRecord& record) const;

  // The records that Find() does not find and whose files are missing too: they would have to be
  // fetched.
  std::vector<PackageRecord> Missing(const std::vector<PackageRecord>& records) const;

  // Prepares all packages: fetches and verifies the missing ones, and extracts while others are
  // still downloading. In the order of `records`. Errors: of fetching, verifying (kDataLoss) and
  // extracting; kCancelled; kPermissionDenied if packages are missing and no cache is writable.
  [[nodiscard]] absl::StatusOr<std::vector<CachedPackage>> Provide(
      const std::vector<PackageRecord>& records, Downloader* downloader,
      const ProvideWatch& watch) const;

  const std::vector<std::string>& directories() const { return directories_; }

 private:
  absl::StatusOr<std::string> WritableDirectory() const;

  std::vector<std::string> directories_;
};

}  // namespace satchel
