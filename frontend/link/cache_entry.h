#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "frontend/fetch/downloader.h"
#include "frontend/link/cache_home.h"
#include "frontend/link/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// One package's place in a package cache.

// "NAME-VERSION-BUILD.conda": the record's, or else of its URL.
std::string ArchiveName(const PackageRecord& record);
// The same without the ending.
std::string ExtractedName(const PackageRecord& record);

// What the file of the record must be, to be fetched to `destination`.
Download DownloadOf(const PackageRecord& record, const std::string& destination);

// Whether the file is what a record says. Errors: kDataLoss, "sha256 is X, should be Y"; those of
// reading.
[[nodiscard]] absl::Status VerifyPackageFile(const std::string& path, const Download& expected);

// Whether the extracted package is of the record's very file. If the record has a hash, that
// decides: the one that the package was verified by (as info/repodata_record.json says, or the lock
// file that rattler keeps beside the directory), or, where that is of the other kind, the package
// file if it is still there. A record without a hash is of the file that came from its URL, or
// where that is not known, of the same name, version and build.
bool IsOfRecord(const std::string& cache, const PackageRecord& record);

// Reads the directory and checks that each file is there. Errors: kDataLoss; as
// ReadPackageContents().
[[nodiscard]] absl::StatusOr<PackageContents> ReadWholePackage(const std::string& directory);

// What a record does not say, as that of a package known by its URL only, is filled in from the
// package's own info/index.json. Errors: those of reading; kInvalidArgument if it is of another
// package than the URL says.
[[nodiscard]] absl::Status CompleteFromIndex(const std::string& directory, PackageRecord* record);

// Extracts the archive to ExtractedName in the cache in one step, replacing what is there, with its
// info/repodata_record.json. Errors: as ExtractPackage(), with the URL.
[[nodiscard]] absl::StatusOr<PackageContents> ExtractIntoCache(const std::string& archive,
                                                               const CacheHome& cache,
                                                               const PackageRecord& record);

}  // namespace satchel
