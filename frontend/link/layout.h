#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/package_contents.h"
#include "frontend/link/place.h"
#include "frontend/link/python_layout.h"
#include "repodata/spec/record.h"

namespace satchel {

// A package that a transaction puts into the environment.
struct PackageToLink {
  PackageRecord record;
  std::string requested_spec;  // Empty: it is a dependency.
  PackageContents contents;    // Extracted, in the package cache.
  std::string archive;         // Empty if it is not kept.
};

// One thing that linking makes.
struct TargetFile {
  enum class Kind { kFile, kSymbolicLink, kDirectory, kEntryPoint, kBytecode };
  Kind kind = Kind::kFile;
  std::uint32_t package = 0;  // Index of the package that it belongs to.
  std::uint32_t source = 0;   // Index into its contents' paths, or entry points.
  bool hidden = false;        // A later package has the same path, and wins.
  std::string path;           // Relative to the environment.
  // Where that is through links of directories (place.h), if elsewhere.
  std::string other_place = {};

  const std::string& place() const { return other_place.empty() ? path : other_place; }
};

// Where everything goes: computed before anything is touched.
struct Layout {
  std::vector<TargetFile> files;         // By package, in the order of its list.
  std::vector<std::string> directories;  // The places of all that are needed, parents first.
  std::optional<PythonLayout> python;
  std::vector<std::string> warnings;  // Clobbered paths with their owners, menus left alone.
};

struct LayoutOptions {
  bool ignores_case = false;  // So does the filesystem: paths that differ in case are the same.
  bool bytecode = true;       // It will be compiled.
  PlaceFinder::LinkAt links;  // That are in the environment and stay; empty: none.
};

// Lays the packages out; of two that have the same path the later one wins, with a warning. Links
// of directories, of these packages and those that are there, are followed: lib64/x of one package
// may lie in lib/x, because another one has the link lib64 -> lib. `python` is the record of the
// environment's python, null if it has none. Errors: kFailedPrecondition for a noarch python
// package without python, for a path that a link leads out of the environment, and for one that is
// a file and a directory.
[[nodiscard]] absl::StatusOr<Layout> LayOut(const std::vector<PackageToLink>& packages,
                                            const PackageRecord* python,
                                            const LayoutOptions& options);

}  // namespace satchel
