#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "frontend/link/file_handle.h"

namespace satchel {

// A *place* is where a path of an environment really lies, once the symbolic links of directories
// are followed: with lib64 -> lib the place of lib64/x is lib/x. All that is made or removed is
// made or removed at its place, and no link is followed on the way.
class PlaceFinder final {
 public:
  // Where a symbolic link leads; none if there is none.
  using Link = absl::StatusOr<std::optional<std::string>>;
  // That at a place. Errors: those of looking.
  using LinkAt = std::function<Link(const std::string& place)>;

  explicit PlaceFinder(LinkAt link_at) : link_at_(std::move(link_at)) {}

  // Of a directory; of a file or link, which is not followed itself. Paths are normal and relative.
  // Errors: kFailedPrecondition if it leads out of the environment, or round in a circle; those of
  // looking.
  [[nodiscard]] absl::StatusOr<std::string> OfDirectory(std::string_view path);
  [[nodiscard]] absl::StatusOr<std::string> OfFile(std::string_view path);

  // Nothing that was found before holds any more.
  void Forget() { known_.clear(); }

 private:
  absl::StatusOr<std::string> Follow(const std::string& place, const std::string& target,
                                     std::string_view path);

  LinkAt link_at_;
  absl::flat_hash_map<std::string, absl::StatusOr<std::string>> known_;
  int depth_ = 0;
};

// The links that are on the disk below an open directory.
PlaceFinder::LinkAt LinksOnDisk(int root);

// Opens the directory at a place: ELOOP or ENOTDIR where there is a link on the way.
int OpenPlace(int root, const std::string& place);

// Opens the directories of one place after the other; one stays open until another is asked for.
class ParentOpener final {
 public:
  explicit ParentOpener(int root) : root_(root) {}

  // The directory that the place lies in; -1 with errno if it cannot be opened.
  int Open(std::string_view place);

 private:
  int root_;
  std::string path_;
  FileHandle directory_;
};

// "lib/x" -> "x".
std::string NameOf(std::string_view place);

}  // namespace satchel
