#include "frontend/link/journal/undo.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/paths/relative_path.h"
#include "frontend/link/paths/remove_tree.h"

namespace satchel {
namespace {

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool IsSame(const InodeIdentity& known, const InodeIdentity& found) {
  return known.inode != 0 && known.device == found.device && known.inode == found.inode &&
         (known.modified_ns == 0 || known.modified_ns == found.modified_ns);
}

class Undoer final {
 public:
  Undoer(const UndoPlaces& places, const JournalText& journal)
      : places_(places), journal_(journal), plan_(journal.plan), parents_(places.root) {
    for (std::size_t i = 0; i < plan_.moved_away.size(); ++i) {
      if (!journal.gone[i]) {
        moved_.emplace(plan_.moved_away[i], i);
      }
    }
  }

  absl::StatusOr<std::vector<std::string>> Run() && {
    for (const MadePath& made : plan_.made) {
      RETURN_IF_ERROR(RemoveMade(made));
    }
    for (std::size_t i = plan_.new_directories.size(); i-- > 0;) {
      RETURN_IF_ERROR(RemoveMadeDirectory(plan_.new_directories[i]));
    }
    if (plan_.around.size() > 1) {  // The environment's directory is new, not only conda-meta.
      RemoveLeftOfScripts(places_.root);
    }
    if (!plan_.around.empty()) {
      const FileDescriptor meta(OpenPlace(places_.root, "conda-meta"));
      RemoveLeftOfScripts(meta.get());
    }
    for (std::size_t i = plan_.moved_away.size(); i-- > 0;) {  // Directories before files.
      RETURN_IF_ERROR(Restore(i));
    }
    return std::move(notes_);
  }

 private:
  bool IsOfScript(const FoundFile& found) const {
    return std::ranges::any_of(journal_.scripts, [&found](const ScriptTime& time) {
      return time.begin_ns <= found.changed_ns && found.changed_ns <= time.end_ns;
    });
  }

  bool IsOurs(const MadePath& made, const FoundFile& found) const {
    return made.by_name || IsSame(made.identity, found.identity) || IsOfScript(found);
  }

  // Nothing is there if a directory on the way is missing; what cannot be told is an error: taken
  // for nothing, it would be lost with the trash.
  absl::StatusOr<FoundFile> Look(int directory, const std::string& name, const std::string& path) {
    const FoundFile found = FindFile(directory, name);
    return found.error == 0 ? absl::StatusOr<FoundFile>(found)
                            : absl::ErrnoToStatus(found.error, path);
  }
  absl::StatusOr<FoundFile> LookAt(const std::string& path) {
    const int parent = parents_.Open(path);
    if (parent < 0) {
      return MeansNothingThere(errno) ? absl::StatusOr<FoundFile>(FoundFile())
                                      : absl::ErrnoToStatus(errno, path);
    }
    return Look(parent, NameOf(path), path);
  }
  absl::StatusOr<FoundFile> LookInTrash(std::size_t index) {
    return Look(places_.trash, std::to_string(index), plan_.moved_away[index]);
  }

  absl::Status RemoveMade(const MadePath& made) {
    ASSIGN_OR_RETURN(const FoundFile found, LookAt(made.path));
    if (found.identity.inode == 0 || S_ISDIR(found.mode) || !IsOurs(made, found)) {
      return absl::OkStatus();
    }
    // The old one may be back already, and be the same: a package that was linked anew.
    if (const auto old = moved_.find(made.path); old != moved_.end()) {
      ASSIGN_OR_RETURN(const FoundFile in_trash, LookInTrash(old->second));
      if (in_trash.identity.inode == 0) {
        return absl::OkStatus();
      }
    }
    return unlinkat(parents_.Open(made.path), NameOf(made.path).c_str(), 0) == 0 || errno == ENOENT
               ? absl::OkStatus()
               : absl::ErrnoToStatus(errno, made.path);
  }

  absl::Status RemoveMadeDirectory(const MadePath& made) {
    ASSIGN_OR_RETURN(const FoundFile found, LookAt(made.path));
    if (!S_ISDIR(found.mode) || !IsSame(made.identity, found.identity)) {
      return absl::OkStatus();
    }
    const FileDescriptor directory(OpenPlace(places_.root, made.path));
    RemoveLeftOfScripts(directory.get());
    const bool gone =
        unlinkat(parents_.Open(made.path), NameOf(made.path).c_str(), AT_REMOVEDIR) == 0 ||
        errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST;  // Somebody else's file is in it.
    return gone ? absl::OkStatus() : absl::ErrnoToStatus(errno, made.path);
  }

  // In a directory that this change made, what appeared while its scripts ran is of these scripts.
  void RemoveLeftOfScripts(int directory) {
    if (journal_.scripts.empty()) {
      return;
    }
    for (const std::string& name : NamesIn(directory).value_or(std::vector<std::string>())) {
      const FoundFile found = FindFile(directory, name);
      if (!IsOfScript(found) || name == ".satchel") {  // Ours, in conda-meta.
        continue;
      }
      if (S_ISDIR(found.mode)) {
        if (const FileDescriptor below(
                openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            below.ok() && !(directory == places_.root && name == "conda-meta")) {
          RemoveLeftOfScripts(below.get());
          unlinkat(directory, name.c_str(), AT_REMOVEDIR);
        }
      } else {
        unlinkat(directory, name.c_str(), 0);
      }
    }
  }

  // As far as they are missing.
  absl::Status MakeParents(std::string_view place) {
    const std::string parent(DirectoryOf(place));
    if (parent.empty() || parents_.Open(place) >= 0) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(MakeParents(parent));
    const int above = parents_.Open(parent);
    if (above < 0 || (mkdirat(above, NameOf(parent).c_str(), 0777) != 0 && errno != EEXIST)) {
      return absl::ErrnoToStatus(errno, parent);
    }
    return absl::OkStatus();
  }

  absl::Status Restore(std::size_t index) {
    ASSIGN_OR_RETURN(const FoundFile old, LookInTrash(index));
    if (old.identity.inode == 0) {
      return absl::OkStatus();
    }
    const std::string& path = plan_.moved_away[index];
    RETURN_IF_ERROR(MakeParents(path));
    const int parent = parents_.Open(path);
    const std::string name = NameOf(path);
    if (parent < 0) {
      return absl::ErrnoToStatus(errno, path);
    }
    ASSIGN_OR_RETURN(const FoundFile there, Look(parent, name, path));
    if (there.identity == old.identity) {
      return absl::OkStatus();  // Another link to it: to rename would do nothing.
    }
    if (there.identity.inode != 0) {
      RETURN_IF_ERROR(MoveAside(parent, path));
    }
    return renameat(places_.trash, std::to_string(index).c_str(), parent, name.c_str()) == 0
               ? absl::OkStatus()
               : absl::ErrnoToStatus(errno, path);
  }

  // Somebody's file, which came while the change was under way.
  absl::Status MoveAside(int parent, const std::string& path) {
    const std::string name = NameOf(path);
    for (int i = 1;; ++i) {
      const std::string other = absl::StrFormat("%s.saved-%d", name, i);
      if (renameat2(parent, name.c_str(), parent, other.c_str(), RENAME_NOREPLACE) == 0) {
        notes_.push_back(absl::StrFormat("'%s' appeared during the change; it is '%s' now", path,
                                         path + other.substr(name.size())));
        return absl::OkStatus();
      }
      const int error = errno;
      const FoundFile in_the_way = FindFile(parent, other);
      if (error == EINVAL && in_the_way.error == 0 && in_the_way.identity.inode == 0 &&
          renameat(parent, name.c_str(), parent, other.c_str()) == 0) {
        return absl::OkStatus();  // A filesystem without that kind of renaming.
      }
      if (in_the_way.error != 0 || (error != EEXIST && error != EINVAL)) {
        return absl::ErrnoToStatus(in_the_way.error != 0 ? in_the_way.error : error, path);
      }
    }
  }

  const UndoPlaces& places_;
  const JournalText& journal_;
  const JournalPlan& plan_;
  ParentOpener parents_;
  absl::flat_hash_map<std::string, std::size_t> moved_;  // To its number in the trash.
  std::vector<std::string> notes_;
};

}  // namespace

FoundFile FindFile(int directory, const std::string& name) {
  struct stat status = {};
  FoundFile found;
  if (directory == -1) {
    found.error = MeansNothingThere(errno) ? 0 : errno;  // Of opening it.
  } else if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    found.identity = {status.st_dev, status.st_ino, Nanoseconds(status.st_mtim)};
    found.mode = status.st_mode;
    found.changed_ns = Nanoseconds(status.st_ctim);
  } else if (!MeansNothingThere(errno)) {
    found.error = errno;
  }
  return found;
}

absl::StatusOr<InodeIdentity> IdentityOf(int directory, const std::string& name) {
  const FoundFile found = FindFile(directory, name);
  return found.identity.inode != 0
             ? absl::StatusOr<InodeIdentity>(found.identity)
             : absl::ErrnoToStatus(found.error != 0 ? found.error : ENOENT, name);
}

absl::StatusOr<std::vector<std::string>> Undo(const UndoPlaces& places,
                                              const JournalText& journal) {
  return Undoer(places, journal).Run();
}

void RemoveAround(const std::vector<MadePath>& around) {
  for (std::size_t i = around.size(); i-- > 0;) {
    const std::string& path = around[i].path;
    if (!IsSame(around[i].identity, FindFile(AT_FDCWD, path).identity) ||
        rmdir(path.c_str()) != 0) {
      break;
    }
  }
}

}  // namespace satchel
