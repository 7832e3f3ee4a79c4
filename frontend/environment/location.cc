#include "frontend/environment/location.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/config/root_prefix.h"
#include "frontend/environment/registry.h"
#include "frontend/files.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// Whether a directory is there and can be written, or could be made.
bool IsWritableOrMakeable(const std::string& path) {
  fs::path nearest(path);
  std::error_code error;
  while (!fs::exists(nearest, error) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  return fs::is_directory(nearest, error) && access(nearest.c_str(), W_OK | X_OK) == 0;
}

absl::Status CheckName(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--name '%s': that is a path; write --prefix %s", name, name));
  }
  if (name.find_first_of(" :#") != std::string::npos || name == "." || name == "..") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--name '%s': no environment can have this name (no blanks, ':', '#', '/')", name));
  }
  if (PrintableLine(name) != name) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--name '%s': no environment can have this name (no control characters)", name));
  }
  return absl::OkStatus();
}

bool IsBase(const std::string& name) {
  return name == "base" || name == "root";
}

absl::Status CheckChoice(const EnvironmentChoice& choice) {
  if (!choice.name.empty() && !choice.prefix.empty()) {
    return absl::InvalidArgumentError("--name and --prefix are both environments; give one");
  }
  if (choice.prefix.find("://") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--prefix '%s': that is a URL; an environment is in a directory", choice.prefix));
  }
  return CheckName(choice.name);
}

// The directory of this name; empty if none is there. One that cannot be looked at is not passed
// over: the next of that name would be another environment.
absl::StatusOr<std::string> FindByName(const EnvironmentPaths& paths, const std::string& name) {
  for (const std::string& directory : paths.envs_dirs) {
    std::string prefix = directory + "/" + name;
    const absl::StatusOr<bool> is_there = LookForDirectory(prefix);
    if (absl::IsPermissionDenied(is_there.status())) {
      continue;  // The directory of another user.
    }
    RETURN_IF_ERROR(is_there.status());
    if (*is_there) {
      return prefix;
    }
  }
  return std::string();
}

std::vector<std::string> EnvironmentsIn(const std::string& directory) {
  std::vector<std::string> prefixes;
  std::error_code error;
  for (fs::directory_iterator entries(directory, error), end; !error && entries != end;
       entries.increment(error)) {
    std::string prefix = entries->path().string();
    if (const absl::StatusOr<bool> is_one = LookForEnvironment(prefix);
        is_one.ok() ? *is_one : !absl::IsPermissionDenied(is_one.status())) {
      prefixes.push_back(std::move(prefix));
    }
  }
  return prefixes;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

absl::Status NoEnvironment(const std::string& prefix, const std::string& message) {
  absl::Status status = absl::NotFoundError(message);
  status.SetPayload(kLocationPayload, absl::Cord(prefix));
  return status;
}

absl::Status NameNotFound(const EnvironmentPaths& paths, const std::string& name) {
  std::vector<std::string> names = {"base"};
  for (const std::string& directory : paths.envs_dirs) {
    for (const std::string& prefix : EnvironmentsIn(directory)) {
      names.push_back(fs::path(prefix).filename().string());
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string nearest(Nearest(name, views));
  return NoEnvironment(
      paths.envs_dirs.empty() ? name : paths.envs_dirs[0] + "/" + name,
      absl::StrFormat("no environment '%s' in %s%s; 'satchel env list' lists the environments",
                      name, Joined(paths.envs_dirs),
                      nearest.empty() ? "" : absl::StrFormat(" (did you mean '%s'?)", nearest)));
}

absl::StatusOr<std::string> LocateByName(const EnvironmentPaths& paths, const std::string& name) {
  std::string prefix = paths.root_prefix;
  if (!IsBase(name)) {
    ASSIGN_OR_RETURN(prefix, FindByName(paths, name));
  }
  if (prefix.empty()) {
    return NameNotFound(paths, name);
  }
  ASSIGN_OR_RETURN(const bool is_one, LookForEnvironment(prefix));
  if (!is_one) {
    return NoEnvironment(
        prefix,
        absl::StrFormat("environment '%s': %s is not a conda environment (it has no conda-meta)",
                        name, prefix));
  }
  return prefix;
}

absl::StatusOr<std::string> LocateByPath(const std::string& path) {
  std::string prefix = AbsolutePath(ExpandHome(path));
  ASSIGN_OR_RETURN(const bool is_one, LookForEnvironment(prefix));
  if (!is_one) {
    return NoEnvironment(
        prefix, absl::StrFormat(
                    "prefix '%s': not a conda environment (%s)", prefix,
                    IsDirectory(prefix) ? "it has no conda-meta" : "there is no such directory"));
  }
  return prefix;
}

// An environment that another one lies in could not be removed without it.
absl::Status CheckOutsideOfOthers(const EnvironmentPaths& paths, const std::string& prefix) {
  std::error_code error;
  for (fs::path above = fs::weakly_canonical(prefix, error).parent_path(); !error;
       above = above.parent_path()) {
    ASSIGN_OR_RETURN(const bool is_root, IsSameDirectory(above.string(), paths.root_prefix));
    if (!is_root && fs::exists(above / "conda-meta" / "history", error)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "prefix '%s' would lie inside the environment %s; choose a place outside it", prefix,
          above.string()));
    }
    if (!above.has_relative_path()) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMayBeMade(const EnvironmentPaths& paths, const EnvironmentChoice& choice,
                            const std::string& prefix) {
  if (IsEnvironment(prefix)) {
    return absl::OkStatus();
  }
  if (prefix.find(':') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("prefix '%s': the path of an environment cannot contain a ':', because "
                        "PATH could not name it",
                        prefix));
  }
  return choice.name.empty() ? CheckOutsideOfOthers(paths, prefix) : absl::OkStatus();
}

absl::StatusOr<std::string> PlaceByName(const EnvironmentPaths& paths, const std::string& name) {
  if (IsBase(name)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--name '%s': that is the name of the root prefix, and no new environment can have it",
        name));
  }
  ASSIGN_OR_RETURN(std::string prefix, FindByName(paths, name));
  if (!prefix.empty()) {
    return prefix;
  }
  for (const std::string& directory : paths.envs_dirs) {
    if (IsWritableOrMakeable(directory)) {
      return directory + "/" + name;
    }
  }
  return absl::PermissionDeniedError(
      absl::StrFormat("no directory for environments is writable (%s); give --prefix DIR, or set "
                      "SATCHEL_ROOT_PREFIX",
                      Joined(paths.envs_dirs)));
}

}  // namespace

absl::StatusOr<bool> IsSameDirectory(const std::string& path, const std::string& directory) {
  struct stat first = {};
  struct stat second = {};
  if (stat(path.c_str(), &first) == 0 && stat(directory.c_str(), &second) == 0) {
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  }
  return errno == EACCES || MeansNothingThere(errno) ? absl::StatusOr<bool>(false)
                                                     : absl::ErrnoToStatus(errno, path);
}

absl::StatusOr<bool> IsWithin(const std::string& path, const std::string& directory) {
  std::error_code error;
  for (fs::path at = fs::weakly_canonical(path, error); !error; at = at.parent_path()) {
    ASSIGN_OR_RETURN(const bool is_same, IsSameDirectory(at.string(), directory));
    if (is_same || !at.has_relative_path()) {
      return is_same;
    }
  }
  return error.value() == EACCES || MeansNothingThere(error.value())
             ? absl::StatusOr<bool>(false)
             : absl::ErrnoToStatus(error.value(), path);
}

EnvironmentPaths FindEnvironmentPaths(const EnvironmentLookup& lookup,
                                      const std::vector<std::string>& configured) {
  EnvironmentPaths paths;
  paths.root_prefix = RootPrefix(lookup);
  std::vector<std::string> directories;
  for (const char* variable : {"CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"}) {
    const std::string value = lookup(variable).value_or("");
    for (const std::string_view directory : Split(value, ':')) {
      directories.emplace_back(directory);
    }
  }
  directories.insert(directories.end(), configured.begin(), configured.end());
  const std::size_t fixed = directories.size();
  directories.push_back(paths.root_prefix + "/envs");
  directories.push_back(lookup("HOME").value_or("") + "/.conda/envs");
  if (!IsWritableOrMakeable(paths.root_prefix)) {
    std::swap(directories[fixed], directories[fixed + 1]);
  }
  for (const std::string& directory : directories) {
    if (directory.empty()) {
      continue;
    }
    if (std::string path = AbsolutePath(ExpandPath(directory));
        std::ranges::count(paths.envs_dirs, path) == 0) {
      paths.envs_dirs.push_back(std::move(path));
    }
  }
  return paths;
}

absl::StatusOr<bool> LookForEnvironment(const std::string& prefix) {
  return LookForDirectory(prefix + "/conda-meta");
}

bool IsEnvironment(const std::string& prefix) {
  return LookForEnvironment(prefix).value_or(false);
}

bool MayBeEnvironment(const std::string& prefix) {
  return LookForEnvironment(prefix).value_or(true);
}

absl::StatusOr<std::string> LocateEnvironment(const EnvironmentPaths& paths,
                                              const EnvironmentChoice& choice,
                                              const EnvironmentLookup& lookup) {
  RETURN_IF_ERROR(CheckChoice(choice));
  if (!choice.name.empty()) {
    return LocateByName(paths, choice.name);
  }
  if (!choice.prefix.empty()) {
    return LocateByPath(choice.prefix);
  }
  if (const std::string active = ActivePrefix(lookup); !active.empty()) {
    return LocateByPath(active);
  }
  if (const std::string word = lookup("CONDA_DEFAULT_ENV").value_or(""); !word.empty()) {
    return word.find('/') == std::string::npos ? LocateByName(paths, word) : LocateByPath(word);
  }
  if (!IsEnvironment(paths.root_prefix)) {
    return absl::NotFoundError(
        absl::StrFormat("which environment? none is active, and the root prefix %s is not an "
                        "environment; give --name or --prefix",
                        paths.root_prefix));
  }
  return paths.root_prefix;
}

absl::StatusOr<std::string> PlaceEnvironment(const EnvironmentPaths& paths,
                                             const EnvironmentChoice& choice) {
  RETURN_IF_ERROR(CheckChoice(choice));
  if (choice.prefix.empty() && choice.name.empty()) {
    return absl::InvalidArgumentError("which environment? give --name NAME or --prefix DIR");
  }
  // Lists of environments, histories and scripts have one path a line.
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(choice.prefix, is_control)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("--prefix '%s': a path with control characters", choice.prefix));
  }
  std::string prefix = AbsolutePath(ExpandHome(choice.prefix));
  if (choice.prefix.empty()) {
    ASSIGN_OR_RETURN(prefix, PlaceByName(paths, choice.name));
  }
  RETURN_IF_ERROR(CheckMayBeMade(paths, choice, prefix));
  return prefix;
}

std::string EnvironmentName(const EnvironmentPaths& paths, const std::string& prefix) {
  if (prefix == paths.root_prefix) {
    return "base";
  }
  const fs::path path(prefix);
  const bool is_named = std::ranges::count(paths.envs_dirs, path.parent_path().string()) > 0;
  return is_named ? path.filename().string() : std::string();
}

std::string ActivePrefix(const EnvironmentLookup& lookup) {
  const std::string prefix = lookup("CONDA_PREFIX").value_or("");
  return prefix.empty() ? prefix : AbsolutePath(prefix);
}

std::vector<std::string> ListEnvironments(const EnvironmentPaths& paths,
                                          const EnvironmentLookup& lookup) {
  std::vector<std::string> prefixes;
  const auto registered = RegisteredEnvironments(RegistryFile(lookup));
  for (const std::string& prefix : registered.ok() ? *registered : std::vector<std::string>()) {
    if (MayBeEnvironment(prefix)) {
      prefixes.push_back(prefix);
    }
  }
  for (const std::string& directory : paths.envs_dirs) {
    const std::vector<std::string> found = EnvironmentsIn(directory);
    prefixes.insert(prefixes.end(), found.begin(), found.end());
  }
  std::ranges::sort(prefixes);
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  std::erase(prefixes, paths.root_prefix);
  if (IsEnvironment(paths.root_prefix)) {
    prefixes.insert(prefixes.begin(), paths.root_prefix);
  }
  return prefixes;
}

}  // namespace satchel
