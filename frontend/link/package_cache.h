#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/fetch/downloader.h"
#include "frontend/link/environment_lock.h"
#include "frontend/link/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// A package that lies extracted in a package cache.
struct CachedPackage {
  PackageContents contents;
  std::string archive;  // Empty if it is not there.
};

// What to tell while packages are made ready; each may be empty. One call at a time.
struct ProvideWatch {
  // So many bytes of a package's file are there; may fall, when a transfer starts again.
  std::function<void(const PackageRecord& record, std::uint64_t bytes)> fetching;
  std::function<void(const PackageRecord& record)> fetched;  // All of it, and it is verified.
  std::function<void(std::size_t done, std::size_t total)> extracted;
  std::function<void(const std::string& path)> waiting;   // For another process.
  std::function<void(const std::string& what)> retrying;  // As DownloadWatch::retrying.
  const std::atomic<bool>* cancel = nullptr;
};

// The package caches (pkgs_dirs) of conda, mamba and rattler, in their common layout:
//   NAME-VERSION-BUILD.conda        the package file
//   NAME-VERSION-BUILD/             extracted, with info/repodata_record.json
//   urls.txt                        where each file came from; marks the directory as a cache
// Ours is .satchel/ beside them: packages being extracted, and locks. A package gets its name when
// it is whole, in one step; so whoever reads a cache needs no lock.
class PackageCache final {
 public:
  // Looked through in this order; new packages go to the first that can be written.
  explicit PackageCache(std::vector<std::string> directories)
      : directories_(std::move(directories)) {}

  // The package of the record, extracted and whole (each file there, with its size); none if it is
  // in no cache or is of another file of the same name.
  std::optional<CachedPackage> Find(const PackageRecord& record) const;

  // Those that Find() does not find, and would have to be fetched: no file of theirs is there.
  std::vector<PackageRecord> Missing(const std::vector<PackageRecord>& records) const;

  // Makes all of them ready: fetches and verifies what is missing, extracts while others are still
  // being fetched. In the order of `records`.
  // Errors: of fetching, verifying (kDataLoss) and extracting; kCancelled; kPermissionDenied if
  // packages are missing and no cache can be written.
  [[nodiscard]] absl::StatusOr<std::vector<CachedPackage>> Provide(
      const std::vector<PackageRecord>& records, Downloader* downloader,
      const ProvideWatch& watch) const;

  const std::vector<std::string>& directories() const { return directories_; }

 private:
  absl::StatusOr<std::string> WritableDirectory() const;

  std::vector<std::string> directories_;
};

}  // namespace satchel
