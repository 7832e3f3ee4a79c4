#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "frontend/link/conda_meta.h"
#include "frontend/link/layout.h"
#include "frontend/link/link_file.h"

namespace satchel {

// What it takes to make the files of a layout.
struct FileMakerInput {
  std::string prefix;
  const std::vector<PackageToLink>* packages = nullptr;
  const Layout* layout = nullptr;
  std::vector<LinkMethod> methods;  // The first to try, for each package.
  bool allow_softlinks = false;
  std::function<void(std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* cancel = nullptr;
};

struct MadeFiles {
  std::vector<InstalledPath> paths;  // One for each file of the layout, hidden ones too.
  std::uint64_t bytes_copied = 0;
};

// Makes the directories and the files, bytecode aside. No file may be there yet, and no directory
// is entered that leads out of the environment, as through a symbolic link of another package.
// Errors: kCancelled; "<path>: what is wrong".
[[nodiscard]] absl::StatusOr<MadeFiles> MakeFiles(const FileMakerInput& input);

}  // namespace satchel
