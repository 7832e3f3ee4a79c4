#include "frontend/environment/untracked.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/link/conda_meta.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<absl::flat_hash_set<std::string>> TrackedFiles(const std::string& prefix) {
  absl::flat_hash_set<std::string> tracked;
  std::error_code error;
  for (fs::directory_iterator files(prefix + "/conda-meta", error), end; !error && files != end;
       files.increment(error)) {
    const std::string path = files->path().string();
    if (files->path().extension() != ".json") {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(const std::vector<std::string> listed, InstalledFiles(text, path));
    tracked.insert(listed.begin(), listed.end());
  }
  return error ? absl::ErrnoToStatus(error.value(), prefix)
               : absl::StatusOr<absl::flat_hash_set<std::string>>(std::move(tracked));
}

bool IsSkippedDirectory(const std::string& path) {
  return path == "conda-meta" || path == "pkgs" || path == "envs" || path == ".satchel" ||
         path.ends_with("__pycache__");
}

void ReplaceAll(const std::string& from, const std::string& to, std::string* text) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

std::error_code CopyFile(const std::string& source_prefix, const std::string& target_prefix,
                         const std::string& path) {
  const fs::path source = source_prefix + "/" + path;
  const fs::path target = target_prefix + "/" + path;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) {
    return error;
  }
  fs::copy(source, target, fs::copy_options::copy_symlinks, error);
  if (error || fs::is_symlink(target, error)) {
    return error;
  }
  const absl::StatusOr<std::string> text = ReadFile(source.string());
  if (text.ok() && text->find('\0') == std::string::npos &&
      text->find(source_prefix) != std::string::npos) {
    std::string moved = *text;
    ReplaceAll(source_prefix, target_prefix, &moved);
    if (!WriteFile(target.string(), moved).ok()) {
      return std::make_error_code(std::errc::io_error);
    }
    fs::permissions(target, fs::status(source, error).permissions(), error);
  }
  fs::last_write_time(target, fs::last_write_time(source, error), error);
  return error;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> UntrackedFiles(const std::string& prefix) {
  ASSIGN_OR_RETURN(const auto tracked, TrackedFiles(prefix));
  std::vector<std::string> untracked;
  std::error_code error;
  for (const char* own : {"conda-meta/pinned", "conda-meta/state"}) {
    if (fs::exists(prefix + "/" + own, error)) {
      untracked.emplace_back(own);
    }
  }
  for (fs::recursive_directory_iterator files(prefix, error), end; !error && files != end;
       files.increment(error)) {
    std::string path = files->path().string().substr(prefix.size() + 1);
    if (files->is_directory(error) && !files->is_symlink(error)) {
      if (IsSkippedDirectory(path)) {
        files.disable_recursion_pending();
      }
    } else if (!tracked.contains(path) && !path.ends_with(".pyc")) {
      untracked.push_back(std::move(path));
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), prefix);
  }
  std::ranges::sort(untracked);
  return untracked;
}

absl::StatusOr<std::size_t> CopyUntrackedFiles(const std::string& source,
                                               const std::string& target) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, UntrackedFiles(source));
  absl::Status failure;
  std::size_t copied = 0;
  for (const std::string& path : files) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(target + "/" + path, error))) {
      continue;
    }
    if (error = CopyFile(source, target, path); error) {
      failure.Update(absl::ErrnoToStatus(error.value(), target + "/" + path));
    } else {
      ++copied;
    }
  }
  RETURN_IF_ERROR(failure);
  return copied;
}

}  // namespace satchel
