#include "frontend/scratch_directory.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace satchel {
namespace {

namespace fs = std::filesystem;

bool IsWritableDirectory(const std::string& path) {
  std::error_code error;
  // Not by the mode: a file system may be read-only.
  return fs::is_directory(path, error) && access(path.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

std::string TemporaryPlace() {
  const char* const own = std::getenv("TMPDIR");
  for (const std::string& place : {std::string(own == nullptr ? "" : own), std::string("/tmp"),
                                   std::string("/var/tmp"), std::string(".")}) {
    if (!place.empty() && IsWritableDirectory(place)) {
      return place;
    }
  }
  return "/tmp";
}

absl::StatusOr<ScratchDirectory> ScratchDirectory::Make() {
  std::string path = TemporaryPlace() + "/satchel-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, path);
  }
  return ScratchDirectory(std::move(path));
}

ScratchDirectory::ScratchDirectory(ScratchDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchDirectory::~ScratchDirectory() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
}

bool CanWriteInto(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  return !error && IsWritableDirectory(directory);
}

}  // namespace satchel
