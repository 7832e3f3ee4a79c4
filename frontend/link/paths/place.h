#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "base/file_descriptor.h"

namespace satchel {

// A *place* is the real location of a path in an environment, after following symbolic links of
// directories: with lib64 -> lib, the place of lib64/x is lib/x. satchel creates and removes
// everything at its place, and follows no link on the way.
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

  // Discards all earlier results.
  void Forget() { known_.clear(); }

 private:
  absl::StatusOr<std::string> Follow(const std::string& place, const std::string& target,
                                     std::string_view path);

  LinkAt link_at_;
  absl::flat_hash_map<std::string, absl::StatusOr<std::string>> known_;
  int depth_ = 0;
};

// The links on the disk below an open directory.
PlaceFinder::LinkAt LinksOnDisk(int root);

// Opens the directory at a place: ELOOP or ENOTDIR if there is a link on the way.
int OpenPlace(int root, const std::string& place);

// Opens the parent directories of places; keeps one open until another is requested.
class ParentOpener final {
 public:
  explicit ParentOpener(int root) : root_(root) {}

  // The directory that contains the place; -1 with errno if it cannot be opened.
  int Open(std::string_view place);

 private:
  int root_;
  std::string path_;
  FileDescriptor directory_;
};

// "lib/x" -> "x".
std::string NameOf(std::string_view place);

}  // namespace satchel
