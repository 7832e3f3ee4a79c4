#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// How to replace the build prefix in a file.
enum class FileMode { kText, kBinary };

// One file of a package (CEP 34, info/paths.json).
struct PackagePath {
  std::string path;  // Normal, relative to the package.
  enum class Type { kHardLink, kSoftLink, kDirectory } type = Type::kHardLink;
  std::string placeholder;  // The build prefix to replace; empty: none.
  FileMode mode = FileMode::kText;
  bool no_link = false;  // Must be a copy.
  std::string sha256;    // Empty in old packages.
  std::uint64_t size_bytes = 0;
  bool size_known = false;
};

// A command of a noarch python package: runs `function` of `module`.
struct EntryPoint {
  std::string command;
  std::string module;
  std::string function;  // "main", "App.run".
};

// An extracted package's metadata.
struct PackageContents {
  std::string directory;
  std::vector<PackagePath> paths;  // As listed.
  NoarchKind noarch = NoarchKind::kNone;
  std::vector<EntryPoint> entry_points;
  bool has_menu = false;              // Menu/*.json, which satchel ignores.
  std::vector<std::string> left_out;  // Paths within conda-meta, which belongs to the environment.
};

// Reads info/paths.json (or the old files, has_prefix and no_link), link.json and index.json.
// Errors: kInvalidArgument for damaged files, or paths that would lead out of the environment;
// those of reading.
[[nodiscard]] absl::StatusOr<PackageContents> ReadPackageContents(const std::string& directory);

// "cmd = package.module:function". Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<EntryPoint> ParseEntryPoint(std::string_view text);

// Checks that every file exists and has its size: an extraction may have been interrupted by a
// power cut, or somebody may have deleted a file. Does not check hashes. Errors: kDataLoss, naming
// the first wrong file.
[[nodiscard]] absl::Status CheckPackageFiles(const PackageContents& contents);

}  // namespace satchel
