#include "frontend/fetch/assembled.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_format.h"

#include "frontend/files.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 64;

// Removes the oldest. (A time of use is not kept: another time of change would make the indexes of
// the files look out of date.)
void Evict(const std::string& directory) {
  struct Used {
    fs::file_time_type when;
    fs::path path;
  };
  std::vector<Used> files;
  std::error_code error;
  const auto entries = EntriesIn(directory);
  if (!entries.ok()) {
    return;
  }
  for (const fs::directory_entry& entry : *entries) {
    files.push_back({entry.last_write_time(error), entry.path()});
  }
  if (files.size() <= kMaxFiles) {
    return;
  }
  std::ranges::sort(files, std::ranges::greater(), &Used::when);
  for (std::size_t i = kMaxFiles; i < files.size(); ++i) {
    fs::remove(files[i].path, error);
  }
}

}  // namespace

AssembledFiles::AssembledFiles(std::string directory, std::string key)
    : directory_(std::move(directory)), key_(std::move(key)) {}

std::string AssembledFiles::Path(std::size_t number) const {
  return absl::StrFormat("%s/%s-%d.json", directory_, key_, number);
}

bool AssembledFiles::AllThere(std::size_t count) const {
  std::error_code error;
  for (std::size_t i = 0; i < count; ++i) {
    if (!fs::is_regular_file(Path(i), error)) {
      return false;
    }
  }
  return true;
}

absl::Status AssembledFiles::Write(std::size_t number, const std::string& repodata) const {
  std::error_code error;
  fs::create_directories(directory_, error);
  Evict(directory_);
  return WriteFile(Path(number), repodata);
}

}  // namespace satchel
