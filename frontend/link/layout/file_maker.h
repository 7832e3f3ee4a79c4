#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/journal/journal.h"
#include "frontend/link/layout/layout.h"
#include "frontend/link/layout/link_file.h"
#include "frontend/link/record/conda_meta.h"

namespace satchel {

// The input for creating the files of a layout.
struct FileMakerInput {
  std::string prefix;
  int root = -1;  // The directory `prefix`, open.
  const std::vector<PackageToLink>* packages = nullptr;
  const Layout* layout = nullptr;
  std::vector<LinkMethod> methods;  // The first method to try, for each package.
  bool allow_softlinks = false;
  // The change that this is a part of, and for each file of the layout its number in journal.made.
  // The directories to create are the journal's.
  Journal* journal = nullptr;
  std::vector<std::size_t> made_index;
  std::function<void(std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* cancel = nullptr;
};

struct MadeFiles {
  std::vector<InstalledPath> paths;  // One for each file of the layout, including hidden ones.
  std::uint64_t bytes_copied = 0;
};

// Creates the directories and the files, except bytecode: first, in the journal's stage, all files
// that are not hard links; then the journal notes how to identify each; then they get their places.
// No file may exist there yet, and no symbolic link on the way to a place is followed. Errors:
// kCancelled; "<path>: what is wrong".
[[nodiscard]] absl::StatusOr<MadeFiles> MakeFiles(const FileMakerInput& input);

}  // namespace satchel
