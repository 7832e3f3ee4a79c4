#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/conda_meta.h"
#include "frontend/link/journal.h"
#include "frontend/link/layout.h"
#include "frontend/link/link_file.h"

namespace satchel {

// What it takes to make the files of a layout.
struct FileMakerInput {
  std::string prefix;
  int root = -1;  // The directory `prefix`, open.
  const std::vector<PackageToLink>* packages = nullptr;
  const Layout* layout = nullptr;
  std::vector<LinkMethod> methods;  // The first to try, for each package.
  bool allow_softlinks = false;
  // The change that this is a part of, and for each file of the layout its number among what is
  // made. The directories to make are the journal's.
  Journal* journal = nullptr;
  std::vector<std::size_t> made_index;
  std::function<void(std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* cancel = nullptr;
};

struct MadeFiles {
  std::vector<InstalledPath> paths;  // One for each file of the layout, hidden ones too.
  std::uint64_t bytes_copied = 0;
};

// Makes the directories and the files, bytecode aside: first, in the journal's stage, all that is
// not a hard link; then the journal notes by what each will be known, and then they get their
// places. No file may be there yet, and no symbolic link is followed on the way to a place.
// Errors: kCancelled; "<path>: what is wrong".
[[nodiscard]] absl::StatusOr<MadeFiles> MakeFiles(const FileMakerInput& input);

}  // namespace satchel
