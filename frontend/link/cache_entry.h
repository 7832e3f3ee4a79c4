#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "frontend/fetch/downloader.h"
#include "frontend/link/package_contents.h"
#include "repodata/record.h"

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

// Whether the extracted directory is of the record's very file: by the hash in
// info/repodata_record.json, or in the lock file that rattler keeps beside the directory, or (where
// no hash is known) by the URL or by name, version and build.
bool IsOfRecord(const std::string& directory, const PackageRecord& record);

// Reads the directory and checks that each file is there. Errors: kDataLoss; as
// ReadPackageContents().
[[nodiscard]] absl::StatusOr<PackageContents> ReadWholePackage(const std::string& directory);

// What a record does not say, as that of a package known by its URL only, is filled in from the
// package's own info/index.json. Errors: those of reading; kInvalidArgument if it is of another
// package than the URL says.
[[nodiscard]] absl::Status CompleteFromIndex(const std::string& directory, PackageRecord* record);

// Extracts the archive to cache/ExtractedName in one step, replacing what is there, with its
// info/repodata_record.json. Errors: as ExtractPackage(), with the URL.
[[nodiscard]] absl::StatusOr<PackageContents> ExtractIntoCache(const std::string& archive,
                                                               const std::string& cache,
                                                               const PackageRecord& record);

}  // namespace satchel
