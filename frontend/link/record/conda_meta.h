#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/layout/link_file.h"
#include "frontend/link/package/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// One file of an installed package, as in its record in conda-meta (CEP 32).
struct InstalledPath {
  std::string path;  // Relative to the environment.
  std::string path_type = "hardlink";
  std::string sha256;            // In the package; empty if unknown.
  std::string sha256_in_prefix;  // In the environment.
  std::uint64_t size_bytes = 0;  // In the package; written if size_known.
  bool size_known = false;
  std::string placeholder;  // With file_mode "text" or "binary"; empty: none.
  FileMode mode = FileMode::kText;
  bool no_link = false;
};

// conda-meta's data about a package besides its record.
struct InstalledMeta {
  PackageRecord record;
  std::vector<InstalledPath> paths;
  std::string requested_spec;  // Empty if it came as a dependency.
  std::string extracted_directory;
  std::string archive;  // The file in the package cache, if it exists.
  LinkMethod method = LinkMethod::kHardLink;
};

// The text of conda-meta/NAME-VERSION-BUILD.json: `repodata_record` (the JSON text of
// info/repodata_record.json, or empty), overridden by `meta`.
std::string CondaMetaText(const InstalledMeta& meta, const std::string& repodata_record);

// The text of info/repodata_record.json in the package cache: `index_json` (the package's own),
// overridden by the record, since channels correct the metadata of packages.
std::string RepodataRecordText(const PackageRecord& record, const std::string& index_json);

// The files of an installed package, from its record's text: "files", else "paths_data". Skips
// paths that would lead out of the environment. Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> InstalledFiles(const std::string& json,
                                                                      const std::string& label);

// The same with their hashes.
struct InstalledHash {
  std::string path;
  std::string sha256;    // In the environment; empty if unknown.
  bool is_link = false;  // A symbolic link of the package's own.
};
[[nodiscard]] absl::StatusOr<std::vector<InstalledHash>> InstalledHashes(const std::string& json,
                                                                         const std::string& label);

// "NAME-VERSION-BUILD.json".
std::string CondaMetaName(const PackageRecord& record);

}  // namespace satchel
