#include "frontend/link/paths/place.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <climits>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/paths/open_beneath.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

constexpr int kMaxLinks = 40;

absl::Status LeadsOut(std::string_view path, const std::string& place, const std::string& target) {
  return absl::FailedPreconditionError(
      absl::StrFormat("'%s': '%s' is a symbolic link that leads out of the environment, to '%s'",
                      std::string(path), place, target));
}

std::string Below(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : directory + "/" + std::string(name);
}

}  // namespace

absl::StatusOr<std::string> PlaceFinder::OfDirectory(std::string_view path) {
  if (path.empty()) {
    return std::string();
  }
  if (const auto known = known_.find(ToAbsl(path)); known != known_.end()) {
    return known->second;
  }
  absl::StatusOr<std::string> place = OfFile(path);
  if (place.ok()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> target, link_at_(*place));
    if (target.has_value()) {
      place = Follow(*place, *target, path);
    }
  }
  if (depth_ == 0) {  // Within a circle it is not the last word.
    known_.emplace(std::string(path), place);
  }
  return place;
}

absl::StatusOr<std::string> PlaceFinder::OfFile(std::string_view path) {
  const std::string_view directory = DirectoryOf(path);
  if (directory.empty()) {
    return std::string(path);
  }
  ASSIGN_OR_RETURN(const std::string parent, OfDirectory(directory));
  return Below(parent, path.substr(directory.size() + 1));
}

absl::StatusOr<std::string> PlaceFinder::Follow(const std::string& place, const std::string& target,
                                                std::string_view path) {
  if (depth_ > kMaxLinks) {
    return absl::FailedPreconditionError(
        absl::StrFormat("'%s': the symbolic link '%s' is circular", std::string(path), place));
  }
  if (target.starts_with("/")) {
    return LeadsOut(path, place, target);
  }
  // What is behind the link may again be one, part by part.
  ++depth_;
  std::string at(DirectoryOf(place));
  absl::Status status;
  for (const std::string_view part : Split(target, '/')) {
    if (part.empty() || part == ".") {
      continue;
    }
    if (part == "..") {
      if (at.empty()) {
        status = LeadsOut(path, place, target);
        break;
      }
      at = DirectoryOf(at);
      continue;
    }
    const absl::StatusOr<std::string> next = OfDirectory(Below(at, part));
    if (!next.ok()) {
      status = next.status();
      break;
    }
    at = *next;
  }
  --depth_;
  return status.ok() ? absl::StatusOr<std::string>(std::move(at)) : status;
}

PlaceFinder::LinkAt LinksOnDisk(int root) {
  return [root](const std::string& place) -> PlaceFinder::Link {
    std::array<char, PATH_MAX> target;
    const ssize_t size = readlinkat(root, place.c_str(), target.data(), target.size());
    if (size >= 0) {
      return std::string(target.data(), static_cast<std::size_t>(size));
    }
    // EINVAL: something else.
    const bool is_none = errno == EINVAL || errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
                         errno == ENAMETOOLONG;
    return is_none ? PlaceFinder::Link(std::nullopt) : absl::ErrnoToStatus(errno, place);
  };
}

int OpenPlace(int root, const std::string& place) {
  return OpenWithoutLinks(root, place, O_RDONLY | O_DIRECTORY);
}

int ParentOpener::Open(std::string_view place) {
  const std::string_view parent = DirectoryOf(place);
  if (!directory_.ok() || parent != path_) {
    path_ = parent;
    directory_ = FileDescriptor(OpenPlace(root_, path_));
  }
  return directory_.get();
}

std::string NameOf(std::string_view place) {
  return std::string(place.substr(place.rfind('/') + 1));
}

}  // namespace satchel
