#include "frontend/environment/untracked.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "base/digest.h"
#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/record/conda_meta.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// What the records say: each file, by its place, with the hashes that its owners give it, if they
// do.
using TrackedFiles = absl::flat_hash_map<std::string, std::vector<std::string>>;

absl::StatusOr<TrackedFiles> ReadTrackedFiles(const std::string& prefix) {
  TrackedFiles tracked;
  const FileDescriptor root(open(prefix.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.ok()) {
    return absl::ErrnoToStatus(errno, prefix);
  }
  PlaceFinder places(LinksOnDisk(root.get()));
  const auto place_of = [&places](const std::string& path) {
    absl::StatusOr<std::string> place = places.OfFile(path);
    return absl::IsFailedPrecondition(place.status()) ? path : place;  // It leads out.
  };
  std::error_code error;
  for (fs::directory_iterator files(prefix + "/conda-meta", error), end; !error && files != end;
       files.increment(error)) {
    const std::string path = files->path().string();
    if (files->path().extension() != ".json") {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ASSIGN_OR_RETURN(const std::vector<std::string> listed, InstalledFiles(text, path));
    for (const std::string& file : listed) {
      ASSIGN_OR_RETURN(const std::string place, place_of(file));
      tracked.try_emplace(place);
    }
    ASSIGN_OR_RETURN(std::vector<InstalledHash> hashes, InstalledHashes(text, path));
    for (InstalledHash& file : hashes) {
      ASSIGN_OR_RETURN(const std::string place, place_of(file.path));
      tracked[place].push_back(std::move(file.sha256));
    }
  }
  return error ? absl::ErrnoToStatus(error.value(), prefix)
               : absl::StatusOr<TrackedFiles>(std::move(tracked));
}

// Bytecode, which python makes anew, the package cache of a root prefix, and what is an environment
// of its own.
bool IsSkippedDirectory(const fs::directory_entry& entry, int depth, const std::string& target) {
  constexpr int kDepthOfEnvironments = 6;  // Deeper ones are taken for files as others.
  const fs::path& path = entry.path();
  std::error_code error;
  return path.filename() == "__pycache__" || fs::equivalent(path, target, error) ||
         (depth == 0 && path.filename() == "pkgs" && fs::exists(path / "urls.txt", error)) ||
         (depth == 0 && path.filename() == "conda-meta") ||
         (depth <= kDepthOfEnvironments && fs::exists(path / "conda-meta" / "history", error));
}

// The user's own there: whatever is no record and not the history.
absl::Status AddMetaFiles(const std::string& prefix, std::vector<std::string>* files) {
  ASSIGN_OR_RETURN(const auto entries, EntriesIn(prefix + "/conda-meta"));
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    std::error_code error;
    if (entry.is_regular_file(error) && !name.ends_with(".json") && name != "history" &&
        name != "frozen") {
      files->push_back("conda-meta/" + name);
    }
  }
  return absl::OkStatus();
}

// Files of packages with another content than they had: somebody has edited them. One with further
// links is not looked at: it is that of the package cache, where the edit is, too.
absl::StatusOr<std::vector<std::string>> AlteredFiles(const std::string& prefix,
                                                      const TrackedFiles& tracked) {
  std::vector<std::string> altered;
  for (const auto& [path, hashes] : tracked) {
    const std::string file = prefix + "/" + path;
    struct stat status = {};
    if (hashes.empty() || std::ranges::count(hashes, "") > 0 || path.ends_with(".pyc")) {
      continue;
    }
    if (lstat(file.c_str(), &status) != 0) {
      if (MeansNothingThere(errno)) {
        continue;
      }
      return absl::ErrnoToStatus(errno, file);  // An edit that is passed over would be lost.
    }
    if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::string digest, FileDigest(Digest::Kind::kSha256, file));
    if (std::ranges::count(hashes, digest) == 0) {
      altered.push_back(path);
    }
  }
  std::ranges::sort(altered);
  return altered;
}

// Those of no package, with empty directories; not those of an environment at `target`.
absl::StatusOr<std::vector<std::string>> FindUntracked(const std::string& prefix,
                                                       const TrackedFiles& tracked,
                                                       const std::string& target) {
  std::vector<std::string> untracked;
  RETURN_IF_ERROR(AddMetaFiles(prefix, &untracked));
  std::error_code error;
  for (fs::recursive_directory_iterator files(prefix, error), end; !error && files != end;
       files.increment(error)) {
    std::string path = files->path().string().substr(prefix.size() + 1);
    const bool is_directory = files->symlink_status(error).type() == fs::file_type::directory;
    if (is_directory && IsSkippedDirectory(*files, files.depth(), target)) {
      files.disable_recursion_pending();
    } else if (!tracked.contains(path) && (!is_directory || fs::is_empty(files->path(), error))) {
      untracked.push_back(std::move(path));
    }
    if (error) {
      break;
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(), prefix);
  }
  std::ranges::sort(untracked);
  return untracked;
}

void ReplaceAll(const std::string& from, const std::string& to, std::string* text) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

// Whether the one is what CopyFile() makes of the other.
absl::StatusOr<bool> IsCopy(const std::string& source_prefix, const std::string& target_prefix,
                            const std::string& path) {
  const fs::path source = source_prefix + "/" + path;
  const fs::path target = target_prefix + "/" + path;
  std::error_code error;
  const fs::file_type type = fs::symlink_status(source, error).type();
  std::error_code other_error;
  const fs::file_type other_type = fs::symlink_status(target, other_error).type();
  if (type == fs::file_type::none || other_type == fs::file_type::none) {
    return absl::ErrnoToStatus((error ? error : other_error).value(), path);
  }
  if (type != other_type) {
    return false;
  }
  if (type == fs::file_type::symlink) {
    const fs::path from = fs::read_symlink(source, error);
    const fs::path to = fs::read_symlink(target, other_error);
    return error || other_error ? absl::ErrnoToStatus((error ? error : other_error).value(), path)
                                : absl::StatusOr<bool>(from == to);
  }
  if (type != fs::file_type::regular) {
    return false;
  }
  ASSIGN_OR_RETURN(std::string from, ReadFile(source.string()));
  ASSIGN_OR_RETURN(const std::string to, ReadFile(target.string()));
  if (from != to) {
    ReplaceAll(source_prefix, target_prefix, &from);
  }
  return from == to;
}

// With its mode and time.
std::error_code CopyTo(const fs::path& source, const fs::path& target,
                       const std::string& source_prefix, const std::string& target_prefix) {
  std::error_code error;
  fs::copy(source, target, fs::copy_options::copy_symlinks, error);
  if (error || fs::is_symlink(target, error)) {
    return error;
  }
  const absl::StatusOr<std::string> text = ReadFile(source.string());
  if (!text.ok()) {
    return std::make_error_code(std::errc::io_error);
  }
  if (text->find('\0') == std::string::npos && text->find(source_prefix) != std::string::npos) {
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

// In one step, in the place of what is at the target: half a file would be taken for the user's own
// by whoever goes on after a kill.
std::error_code CopyFile(const std::string& source_prefix, const std::string& target_prefix,
                         const std::string& path) {
  const fs::path source = source_prefix + "/" + path;
  const fs::path target = target_prefix + "/" + path;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) {
    return error;
  }
  const fs::file_status status = fs::symlink_status(source, error);
  if (error || fs::is_socket(status) || fs::is_fifo(status)) {
    return error;  // Of a process that is at work in the other environment.
  }
  if (fs::is_directory(status)) {
    fs::create_directory(target, source, error);
    return error;
  }
  const fs::path temporary = target.string() + ".satchel-new";
  fs::remove(temporary, error);
  error = CopyTo(source, temporary, source_prefix, target_prefix);
  if (!error) {
    fs::rename(temporary, target, error);
  }
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
  }
  return error;
}

}  // namespace

absl::StatusOr<std::size_t> CopyOwnFiles(const std::string& source, const std::string& target) {
  ASSIGN_OR_RETURN(const TrackedFiles tracked, ReadTrackedFiles(source));
  ASSIGN_OR_RETURN(std::vector<std::string> files, FindUntracked(source, tracked, target));
  ASSIGN_OR_RETURN(const std::vector<std::string> altered, AlteredFiles(source, tracked));
  files.insert(files.end(), altered.begin(), altered.end());
  const FileDescriptor root(open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.ok()) {
    return absl::ErrnoToStatus(errno, target);
  }
  PlaceFinder places(LinksOnDisk(root.get()));
  absl::Status failure;
  std::size_t copied = 0;
  for (const std::string& path : files) {
    if (const absl::Status place = places.OfFile(path).status(); !place.ok()) {
      failure.Update(place);  // Nothing is written through a link that leads out.
      continue;
    }
    const std::string file = target + "/" + path;
    std::error_code error;
    const fs::file_type there = fs::symlink_status(file, error).type();
    if (there == fs::file_type::none) {  // It may be somebody's.
      failure.Update(absl::ErrnoToStatus(error.value(), file));
      continue;
    }
    if (there != fs::file_type::not_found && !std::ranges::binary_search(altered, path)) {
      continue;
    }
    if (error = CopyFile(source, target, path); error) {
      failure.Update(absl::ErrnoToStatus(error.value(), file));
    } else {
      ++copied;
    }
  }
  RETURN_IF_ERROR(failure);
  return copied;
}

absl::StatusOr<std::vector<std::string>> OwnFilesInBoth(const std::string& source,
                                                        const std::string& target) {
  ASSIGN_OR_RETURN(const TrackedFiles tracked, ReadTrackedFiles(source));
  ASSIGN_OR_RETURN(const std::vector<std::string> files, FindUntracked(source, tracked, target));
  std::vector<std::string> in_both;
  for (const std::string& path : files) {
    std::error_code error;
    const fs::file_status there = fs::symlink_status(target + "/" + path, error);
    if (there.type() == fs::file_type::none) {
      return absl::ErrnoToStatus(error.value(), target + "/" + path);
    }
    const fs::file_status here = fs::symlink_status(source + "/" + path, error);
    if (here.type() == fs::file_type::none) {
      return absl::ErrnoToStatus(error.value(), source + "/" + path);
    }
    const bool are_directories = fs::is_directory(there) && fs::is_directory(here);
    if (!fs::exists(there) || are_directories) {
      continue;
    }
    ASSIGN_OR_RETURN(const bool is_copy, IsCopy(source, target, path));
    if (!is_copy) {
      in_both.push_back(path);
    }
  }
  return in_both;
}

}  // namespace satchel
