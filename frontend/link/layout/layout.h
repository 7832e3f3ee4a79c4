#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/layout/python_layout.h"
#include "frontend/link/package/package_contents.h"
#include "frontend/link/paths/place.h"
#include "repodata/spec/record.h"

namespace satchel {

// A package that a transaction puts into the environment.
struct PackageToLink {
  PackageRecord record;
  std::string requested_spec;  // Empty for a dependency.
  PackageContents contents;    // Extracted, in the package cache.
  std::string archive;         // Empty if it is not kept.
};

// One file that linking creates.
struct TargetFile {
  enum class Kind { kFile, kSymbolicLink, kDirectory, kEntryPoint, kBytecode };
  Kind kind = Kind::kFile;
  std::uint32_t package = 0;  // Index of the package that it belongs to.
  std::uint32_t source = 0;   // Index into its contents' paths, or entry points.
  bool hidden = false;        // A later package has the same path and wins.
  std::string path;           // Relative to the environment.
  // Its place after following links of directories (place.h), if different.
  std::string other_place = {};

  const std::string& place() const { return other_place.empty() ? path : other_place; }
};

// The places of all files, computed before anything is touched.
struct Layout {
  std::vector<TargetFile> files;         // By package, in the order of its list.
  std::vector<std::string> directories;  // The places of all required directories, parents first.
  std::optional<PythonLayout> python;
  std::vector<std::string> warnings;  // Clobbered paths with their owners, skipped menus.
};

struct LayoutOptions {
  bool ignores_case = false;  // The filesystem ignores case: paths that differ only in case are the
                              // same.
  bool bytecode = true;       // Bytecode will be compiled.
  PlaceFinder::LinkAt links;  // Links that exist in the environment and stay; empty: none.
};

// Where a symbolic link of one of the packages leads; none if the file in the cache is something
// else, although a link was promised. Errors: those of reading.
[[nodiscard]] PlaceFinder::Link TargetOf(const std::vector<PackageToLink>& packages,
                                         const TargetFile& link);

// Lays out the packages; if two have the same path, the later one wins, with a warning. Follows
// links of directories, both in these packages and existing ones: lib64/x of one package may have
// the place lib/x, because another package has the link lib64 -> lib. `python` is the record of the
// environment's python, null if it has none. Errors: kFailedPrecondition for a noarch python
// package without python, for a path that a link leads out of the environment, and for a path that
// is both a file and a directory.
[[nodiscard]] absl::StatusOr<Layout> LayOut(const std::vector<PackageToLink>& packages,
                                            const PackageRecord* python,
                                            const LayoutOptions& options);

}  // namespace satchel
