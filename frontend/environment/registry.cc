#include "frontend/environment/registry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/location.h"
#include "frontend/files.h"
#include "frontend/link/change/environment_lock.h"

namespace satchel {
namespace {

std::vector<std::string> PathsIn(std::string_view text) {
  std::vector<std::string> prefixes;
  for (const std::string_view line : Split(text, '\n')) {
    if (const std::string_view path = StripSpace(line); !path.empty() && path[0] != '#') {
      prefixes.emplace_back(path);
    }
  }
  return prefixes;
}

// The right to change the list, for as long as the handle is open.
absl::StatusOr<FileDescriptor> Lock(const std::string& file) {
  const std::string directory = std::filesystem::path(file).parent_path().string();
  FileDescriptor handle(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.ok()) {
    return absl::ErrnoToStatus(errno, directory);
  }
  RETURN_IF_ERROR(LockDescriptor(handle.get(), /*exclusive=*/true, directory, {}));
  return handle;
}

// All or nothing: half a line would be another path.
absl::Status Append(const std::string& file, std::string_view text) {
  const FileDescriptor handle(open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  struct stat before = {};
  if (!handle.ok() || fstat(handle.get(), &before) != 0) {
    return absl::ErrnoToStatus(errno, file);
  }
  const ssize_t written = write(handle.get(), text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size())) {
    return absl::OkStatus();
  }
  const int error = written < 0 ? errno : ENOSPC;
  if (written > 0 && ftruncate(handle.get(), before.st_size) != 0) {
    return absl::ErrnoToStatus(errno, file);
  }
  return absl::ErrnoToStatus(error, file);
}

}  // namespace

std::string RegistryFile(const EnvironmentLookup& lookup) {
  return lookup("HOME").value_or("") + "/.conda/environments.txt";
}

absl::StatusOr<std::vector<std::string>> RegisteredEnvironments(const std::string& file) {
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (absl::IsNotFound(text.status())) {
    return std::vector<std::string>();
  }
  RETURN_IF_ERROR(text.status());
  return PathsIn(*text);
}

absl::Status RegisterEnvironment(const std::string& file, const std::string& prefix) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  if (error) {
    return absl::ErrnoToStatus(error.value(), file);
  }
  ASSIGN_OR_RETURN(const FileDescriptor lock, Lock(file));
  absl::StatusOr<std::string> text = ReadFile(file);
  if (absl::IsNotFound(text.status())) {
    text = std::string();
  }
  RETURN_IF_ERROR(text.status());
  if (std::ranges::count(PathsIn(*text), prefix) > 0) {
    return absl::OkStatus();
  }
  const bool cut = !text->empty() && !text->ends_with('\n');
  return Append(file, (cut ? "\n" : "") + prefix + "\n");
}

absl::Status UnregisterEnvironment(const std::string& file, const std::string& prefix) {
  absl::StatusOr<FileDescriptor> lock = Lock(file);
  if (absl::IsNotFound(lock.status())) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(lock.status());
  const absl::StatusOr<std::string> before = ReadFile(file);
  if (absl::IsNotFound(before.status())) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(before.status());
  std::string after;
  for (const std::string_view line : Split(*before, '\n')) {
    const std::string path(StripSpace(line));
    const bool stays = path.empty() || path[0] == '#' || (path != prefix && MayBeEnvironment(path));
    if (stays && !line.empty()) {
      after.append(line).append("\n");
    }
  }
  return after == *before ? absl::OkStatus() : EditFile(file, after);
}

}  // namespace satchel
