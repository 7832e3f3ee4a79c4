#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "repodata/spec/record.h"

namespace satchel {

// How a file's mentions of the build prefix are replaced.
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

// What an extracted package says of itself.
struct PackageContents {
  std::string directory;
  std::vector<PackagePath> paths;  // As listed.
  NoarchKind noarch = NoarchKind::kNone;
  std::vector<EntryPoint> entry_points;
  bool has_menu = false;              // Menu/*.json, which we leave alone.
  std::vector<std::string> left_out;  // Paths within conda-meta, which is the environment's own.
};

// Reads info/paths.json (or the old files, has_prefix and no_link), link.json and index.json.
// Errors: kInvalidArgument for damaged files, or paths that would leave the environment; those of
// reading.
[[nodiscard]] absl::StatusOr<PackageContents> ReadPackageContents(const std::string& directory);

// "cmd = package.module:function". Errors: kInvalidArgument.
[[nodiscard]] absl::StatusOr<EntryPoint> ParseEntryPoint(std::string_view text);

// Checks that every file is there and as long as it is said to be: an extraction that a power cut
// interrupted, or a file that somebody deleted. Hashes are not looked at.
// Errors: kDataLoss, naming the first file that is not as it should be.
[[nodiscard]] absl::Status CheckPackageFiles(const PackageContents& contents);

}  // namespace satchel
