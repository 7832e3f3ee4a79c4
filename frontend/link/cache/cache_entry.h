#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "frontend/fetch/downloader.h"
#include "frontend/link/cache/cache_home.h"
#include "frontend/link/package/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// One package's place in a package cache.

// "NAME-VERSION-BUILD.conda": from the record, or else from its URL.
std::string ArchiveName(const PackageRecord& record);
// The same without the extension.
std::string ExtractedName(const PackageRecord& record);

// The download of the record's file to `destination`, with its expected properties.
Download DownloadOf(const PackageRecord& record, const std::string& destination);

// Checks that the file is the record's. Errors: kDataLoss, "sha256 is X, should be Y"; those of
// reading.
[[nodiscard]] absl::Status VerifyPackageFile(const std::string& path, const Download& expected);

// Whether the extracted package comes from the record's exact file. If the record has a hash, that
// decides: it is compared with the hash by which the package was verified (in
// info/repodata_record.json, or in the lock file that rattler keeps beside the directory) or, if
// that is of the other kind, with the package file if it still exists. A record without a hash
// matches the file from its URL or, if that is unknown, a file of the same name, version and build.
bool IsOfRecord(const std::string& cache, const PackageRecord& record);

// Reads the directory and checks that each file exists. Errors: kDataLoss; as
// ReadPackageContents().
[[nodiscard]] absl::StatusOr<PackageContents> ReadWholePackage(const std::string& directory);

// Completes a record, such as that of a package known only by its URL, from the package's own
// info/index.json. Errors: those of reading; kInvalidArgument if the package is not the one that
// the URL names.
[[nodiscard]] absl::Status CompleteFromIndex(const std::string& directory, PackageRecord* record);

// Extracts the archive to ExtractedName in the cache in one step, with its
// info/repodata_record.json, replacing what exists. Errors: as ExtractPackage(), with the URL.
[[nodiscard]] absl::StatusOr<PackageContents> ExtractIntoCache(const std::string& archive,
                                                               const CacheHome& cache,
                                                               const PackageRecord& record);

}  // namespace satchel
