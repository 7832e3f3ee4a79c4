#include "frontend/link/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/file_handle.h"
#include "frontend/link/relative_path.h"

namespace satchel {
namespace {

constexpr std::string_view kFirstLine = "satchel journal 1";

std::string JournalPath(const std::string& prefix) {
  return JournalHome(prefix) + "/journal";
}
std::string CommittedPath(const std::string& prefix) {
  return JournalHome(prefix) + "/committed";
}

// A letter, a path, a zero: paths may hold anything else.
void Add(char kind, const std::vector<std::string>& paths, std::string* text) {
  for (const std::string& path : paths) {
    *text += kind;
    text->append(path).push_back('\0');
  }
}

std::string ToText(const JournalPlan& plan) {
  std::string text(kFirstLine);
  text.push_back('\0');
  if (plan.new_environment) {
    Add('E', {""}, &text);
  }
  Add('-', plan.moved_away, &text);
  Add('+', plan.made, &text);
  Add('/', plan.new_directories, &text);
  Add('.', {""}, &text);  // The end: nothing is missing.
  return text;
}

absl::StatusOr<JournalPlan> ParseJournal(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<std::string_view> lines = Split(text, '\0');
  if (lines.size() < 3 || lines[0] != kFirstLine || lines[lines.size() - 2] != ".") {
    return absl::DataLossError(path +
                               ": the journal of an interrupted change is damaged; look at "
                               "what lies beside it, then remove it");
  }
  JournalPlan plan;
  for (const std::string_view line : lines) {
    const std::string_view rest = line.empty() ? line : line.substr(1);
    if (line == "E") {
      plan.new_environment = true;
    } else if (const auto normal = NormalRelativePath(rest); !normal.has_value()) {
      continue;
    } else if (line[0] == '-') {
      plan.moved_away.push_back(*normal);
    } else if (line[0] == '+') {
      plan.made.push_back(*normal);
    } else if (line[0] == '/') {
      plan.new_directories.push_back(*normal);
    }
  }
  return plan;
}

// Whoever builds an image that is thrown away if the machine stops can do without.
bool WantsSync() {
  return std::getenv("SATCHEL_NO_SYNC") == nullptr;
}

absl::Status SyncDirectory(const std::string& path) {
  if (!WantsSync()) {
    return absl::OkStatus();
  }
  const FileHandle directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some filesystems cannot sync a directory, and say EINVAL.
  if (!directory.ok() || (fsync(directory.get()) != 0 && errno != EINVAL)) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

absl::Status WriteSynced(const std::string& path, std::string_view text) {
  const FileHandle file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file.ok()) {
    return absl::ErrnoToStatus(errno, path);
  }
  while (!text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return !WantsSync() || fsync(file.get()) == 0 ? absl::OkStatus()
                                                : absl::ErrnoToStatus(errno, path);
}

absl::Status MakeParents(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  return error ? absl::ErrnoToStatus(error.value(), path) : absl::OkStatus();
}

absl::Status RemoveTree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error && error.value() != ENOENT && error.value() != ENOTDIR) {
    return absl::ErrnoToStatus(error.value(), path);
  }
  return absl::OkStatus();
}

bool IsThere(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0;
}

}  // namespace

std::string JournalHome(const std::string& prefix) {
  return prefix + "/conda-meta/.satchel";
}

absl::StatusOr<Journal> Journal::Begin(const std::string& prefix, JournalPlan plan) {
  const std::string home = JournalHome(prefix);
  for (const std::string& directory : {home, home + "/trash"}) {
    if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, directory);
    }
  }
  const std::string path = JournalPath(prefix);
  const std::string temporary = path + ".new";
  absl::Status written = WriteSynced(temporary, ToText(plan));
  if (written.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    written = absl::ErrnoToStatus(errno, path);
  }
  if (written.ok()) {
    written = SyncDirectory(home);
  }
  if (!written.ok()) {
    RemoveTree(home).IgnoreError();
    return written;
  }
  return Journal(prefix, std::move(plan));
}

std::string Journal::TrashedPath(const std::string& prefix, std::size_t index) {
  return absl::StrFormat("%s/trash/%d", JournalHome(prefix), index);
}

absl::Status Journal::MoveAway() const {
  for (std::size_t i = 0; i < plan_.moved_away.size(); ++i) {
    const std::string from = prefix_ + "/" + plan_.moved_away[i];
    if (rename(from.c_str(), TrashedPath(prefix_, i).c_str()) != 0 && errno != ENOENT &&
        errno != ENOTDIR) {
      return absl::ErrnoToStatus(errno, from);
    }
  }
  return absl::OkStatus();
}

absl::Status Journal::Commit() const {
  const FileHandle home(open(JournalHome(prefix_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // One call for all files, instead of one for each.
  if (WantsSync() && (!home.ok() || syncfs(home.get()) != 0)) {
    return absl::ErrnoToStatus(errno, prefix_);
  }
  if (rename(JournalPath(prefix_).c_str(), CommittedPath(prefix_).c_str()) != 0) {
    return absl::ErrnoToStatus(errno, JournalPath(prefix_));
  }
  SyncDirectory(JournalHome(prefix_))
      .IgnoreError();  // If it comes late, a power cut undoes the change.
  Finish();
  return absl::OkStatus();
}

// What is left over is of no harm: errors are ignored.
void Journal::Finish() const {
  std::set<std::string, std::greater<>> directories;  // The deepest first.
  for (const std::string& path : plan_.moved_away) {
    for (std::string_view directory = DirectoryOf(path); !directory.empty();
         directory = DirectoryOf(directory)) {
      if (!directories.emplace(directory).second) {
        break;
      }
    }
  }
  RemoveTree(JournalHome(prefix_) + "/trash").IgnoreError();
  for (const std::string& directory : directories) {
    rmdir((prefix_ + "/" + directory).c_str());  // Fails for those that are not empty.
  }
  unlink(CommittedPath(prefix_).c_str());
  rmdir(JournalHome(prefix_).c_str());
}

absl::Status Journal::Restore() const {
  for (const std::string& path : plan_.new_directories) {
    const std::string full = prefix_ + "/" + path;
    // What stood there before as a file, and is back already, is no directory.
    if (struct stat status = {}; lstat(full.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      RETURN_IF_ERROR(RemoveTree(full));
    }
  }
  absl::flat_hash_set<std::string_view> moved(plan_.moved_away.begin(), plan_.moved_away.end());
  for (const std::string& path : plan_.made) {
    const std::string full = prefix_ + "/" + path;
    if (!moved.contains(path) && unlink(full.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR &&
        errno != EISDIR && errno != EPERM) {
      return absl::ErrnoToStatus(errno, full);
    }
  }
  for (std::size_t i = 0; i < plan_.moved_away.size(); ++i) {
    const std::string trash = TrashedPath(prefix_, i);
    if (!IsThere(trash)) {
      continue;
    }
    const std::string full = prefix_ + "/" + plan_.moved_away[i];
    RETURN_IF_ERROR(MakeParents(full));
    if (rename(trash.c_str(), full.c_str()) != 0) {
      return absl::ErrnoToStatus(errno, full);
    }
  }
  return absl::OkStatus();
}

absl::Status Journal::RollBack() const {
  RETURN_IF_ERROR(Restore());
  // The restored files must be where they belong before the journal goes.
  RETURN_IF_ERROR(SyncDirectory(JournalHome(prefix_)));
  unlink(JournalPath(prefix_).c_str());
  RemoveTree(JournalHome(prefix_)).IgnoreError();
  if (plan_.new_environment) {
    rmdir((prefix_ + "/conda-meta").c_str());
    rmdir(prefix_.c_str());
  }
  return absl::OkStatus();
}

bool HasJournal(const std::string& prefix) {
  return IsThere(JournalHome(prefix));
}

absl::StatusOr<Recovery> RecoverEnvironment(const std::string& prefix) {
  if (IsThere(CommittedPath(prefix))) {
    ASSIGN_OR_RETURN(JournalPlan plan, ParseJournal(CommittedPath(prefix)));
    Journal(prefix, std::move(plan)).Finish();
    return Recovery::kFinished;
  }
  if (IsThere(JournalPath(prefix))) {
    ASSIGN_OR_RETURN(JournalPlan plan, ParseJournal(JournalPath(prefix)));
    RETURN_IF_ERROR(Journal(prefix, std::move(plan)).RollBack());
    return Recovery::kRolledBack;
  }
  if (IsThere(JournalHome(prefix))) {  // It had not begun.
    RETURN_IF_ERROR(RemoveTree(JournalHome(prefix)));
  }
  return Recovery::kNothing;
}

}  // namespace satchel
