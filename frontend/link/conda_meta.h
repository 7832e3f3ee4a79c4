#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/link_file.h"
#include "frontend/link/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// One file of an installed package as its record in conda-meta lists it (CEP 32).
struct InstalledPath {
  std::string path;  // Relative to the environment.
  std::string path_type = "hardlink";
  std::string sha256;            // As in the package; empty if not known.
  std::string sha256_in_prefix;  // As in the environment.
  std::uint64_t size_bytes = 0;  // As in the package; written if size_known.
  bool size_known = false;
  std::string placeholder;  // With file_mode "text" or "binary"; empty: none.
  FileMode mode = FileMode::kText;
  bool no_link = false;
};

// What conda-meta says of a package beside its record.
struct InstalledMeta {
  PackageRecord record;
  std::vector<InstalledPath> paths;
  std::string requested_spec;  // Empty if it came as a dependency.
  std::string extracted_directory;
  std::string archive;  // The file in the package cache, if it is there.
  LinkMethod method = LinkMethod::kHardLink;
};

// The text of conda-meta/NAME-VERSION-BUILD.json: what `repodata_record` (the JSON text of
// info/repodata_record.json, or empty) says, overruled by `meta`.
std::string CondaMetaText(const InstalledMeta& meta, const std::string& repodata_record);

// The text of info/repodata_record.json in the package cache: `index_json` (the package's own),
// overruled by the record, since channels correct what packages say.
std::string RepodataRecordText(const PackageRecord& record, const std::string& index_json);

// The files of an installed package, of its record's text: "files", else "paths_data". Paths that
// would leave the environment are left out.
// Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> InstalledFiles(const std::string& json,
                                                                      const std::string& label);

// The same with what is known of them.
struct InstalledHash {
  std::string path;
  std::string sha256;  // As in the environment; empty if not known.
};
[[nodiscard]] absl::StatusOr<std::vector<InstalledHash>> InstalledHashes(const std::string& json,
                                                                         const std::string& label);

// "NAME-VERSION-BUILD.json".
std::string CondaMetaName(const PackageRecord& record);

}  // namespace satchel
