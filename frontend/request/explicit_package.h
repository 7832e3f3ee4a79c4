#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/fetch/channel_source.h"
#include "repodata/spec/record.h"

namespace satchel {

// One package file, named by its URL or path, as in an @EXPLICIT file (CEP 23).
struct ExplicitPackage {
  std::string url;             // Without the hash and without credentials.
  std::string url_as_written;  // With its credentials: only for requests to a server.
  std::string fn;
  std::string name;  // From the file name: NAME-VERSION-BUILD.
  std::string version;
  std::string build;
  std::string subdir;   // From the URL; empty if it has none.
  std::string channel;  // The URL before the subdir.
  std::string md5;
  std::string sha256;
  std::string where;  // "explicit.txt:4".
};

// Errors: kInvalidArgument, "<where>: what is wrong".
[[nodiscard]] absl::StatusOr<ExplicitPackage> ParseExplicitPackage(std::string_view line,
                                                                   const std::string& where);

// What its URL tells of it.
PackageRecord ToRecord(const ExplicitPackage& package);

// Whether a file name is that of a package.
bool IsPackageFileName(std::string_view fn);

struct FoundPackages {
  std::vector<PackageRecord> records;  // In the order requested.
  std::vector<std::string> warnings;
};

// The records of these files in the channels: same file name and subdir, and no different hash;
// prefers the channel in the URL. A file that no channel has becomes a record without dependencies,
// with a warning.
FoundPackages FindPackages(const LoadedChannels& channels,
                           const std::vector<ExplicitPackage>& packages);

}  // namespace satchel
