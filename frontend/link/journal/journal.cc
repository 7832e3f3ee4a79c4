#include "frontend/link/journal/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/journal/undo.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/paths/remove_tree.h"

namespace satchel {
namespace {

constexpr char kHome[] = ".satchel";
constexpr char kJournal[] = "journal";
constexpr char kCommitted[] = "committed";
constexpr char kTrash[] = "trash";
constexpr char kStage[] = "stage";

// Whoever builds an image that is thrown away if the machine stops can do without.
bool WantsSync() {
  return std::getenv("SATCHEL_NO_SYNC") == nullptr;
}

FileDescriptor OpenDirectoryIn(int directory, const char* name) {
  return FileDescriptor(openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Some filesystems cannot sync a directory, and say EINVAL.
absl::Status Sync(int fd, const char* name) {
  return !WantsSync() || fsync(fd) == 0 || errno == EINVAL ? absl::OkStatus()
                                                           : absl::ErrnoToStatus(errno, name);
}

// Whether there is anything but directories in a tree.
absl::StatusOr<bool> HoldsFiles(int parent, const std::string& name) {
  const FileDescriptor directory(OpenDirectoryIn(parent, name.c_str()));
  if (!directory.ok()) {
    return absl::ErrnoToStatus(errno, name);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> entries, NamesIn(directory.get()));
  for (const std::string& entry : entries) {
    const FoundFile found = FindFile(directory.get(), entry);
    if (found.error != 0) {
      return absl::ErrnoToStatus(found.error, name + "/" + entry);
    }
    bool holds = !S_ISDIR(found.mode);
    if (!holds) {
      ASSIGN_OR_RETURN(holds, HoldsFiles(directory.get(), entry));
    }
    if (holds) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::Status Journal::Open(bool make) {
  const auto open_one = [make](int parent, const char* name,
                               FileDescriptor* handle) -> absl::Status {
    if (make && mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, name);
    }
    *handle = OpenDirectoryIn(parent, name);
    return handle->ok() || (!make && errno == ENOENT) ? absl::OkStatus()
                                                      : absl::ErrnoToStatus(errno, name);
  };
  RETURN_IF_ERROR(open_one(environment_.meta, kHome, &home_));
  if (!home_.ok()) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(open_one(home_.get(), kTrash, &trash_));
  return open_one(home_.get(), kStage, &stage_);
}

absl::Status Journal::Write(const JournalPlan& plan) {
  RETURN_IF_ERROR(Open(/*make=*/true));
  const std::string temporary = std::string(kJournal) + ".new";
  log_ =
      FileDescriptor(openat(home_.get(), temporary.c_str(),
                            O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!log_.ok()) {
    return absl::ErrnoToStatus(errno, kJournal);
  }
  RETURN_IF_ERROR(Append(PlanText(plan)));
  RETURN_IF_ERROR(Sync(log_.get(), kJournal));
  if (renameat(home_.get(), temporary.c_str(), home_.get(), kJournal) != 0) {
    return absl::ErrnoToStatus(errno, kJournal);
  }
  return Sync(home_.get(), kHome);
}

absl::StatusOr<std::unique_ptr<Journal>> Journal::Begin(const OpenEnvironment& environment,
                                                        JournalPlan plan) {
  std::unique_ptr<Journal> journal(new Journal(environment));
  if (const absl::Status written = journal->Write(plan); !written.ok()) {
    RemoveTree(environment.meta, kHome).IgnoreError();
    return absl::Status(written.code(),
                        absl::StrFormat("%s/conda-meta/.satchel: %s", environment.prefix,
                                        ToStd(written.message())));
  }
  journal->text_.gone.assign(plan.moved_away.size(), false);
  journal->text_.plan = std::move(plan);
  return journal;
}

absl::Status Journal::Append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(log_.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, environment_.prefix + "/conda-meta/.satchel/journal");
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status Journal::MoveAway(std::size_t index) {
  const std::string& path = text_.plan.moved_away[index];
  const int parent = parents_.Open(path);
  if (parent < 0 && !MeansNothingThere(errno)) {
    return absl::ErrnoToStatus(errno, environment_.prefix + "/" + path);
  }
  const std::string number = std::to_string(index);
  const std::string name = NameOf(path);
  const FoundFile found = parent < 0 ? FoundFile() : FindFile(parent, name);
  if (found.error != 0) {
    return absl::ErrnoToStatus(found.error, environment_.prefix + "/" + path);
  }
  if (S_ISDIR(found.mode)) {
    ASSIGN_OR_RETURN(const bool holds_files, HoldsFiles(parent, name));
    if (holds_files) {
      return absl::FailedPreconditionError("a directory with files in it is in the way");
    }
  }
  if (parent >= 0 && renameat(parent, name.c_str(), trash_.get(), number.c_str()) == 0) {
    return absl::OkStatus();
  }
  if (parent >= 0 && errno != ENOENT && errno != ENOTDIR) {
    return absl::ErrnoToStatus(errno, environment_.prefix + "/" + path);
  }
  text_.gone[index] = true;
  return Append(GoneText(index));
}

void Journal::NoteMade(std::size_t index, const InodeIdentity& identity) {
  text_.plan.made[index].identity = identity;
  notes_ += MadeText(index, identity);
}

void Journal::NoteDirectory(std::size_t index, const InodeIdentity& identity) {
  text_.plan.new_directories[index].identity = identity;
  notes_ += DirectoryText(index, identity);
}

absl::Status Journal::WriteNotes(bool sync) {
  RETURN_IF_ERROR(Append(notes_));
  notes_.clear();
  return sync ? Sync(log_.get(), kJournal) : absl::OkStatus();
}

absl::Status Journal::WriteNote(std::size_t index, const InodeIdentity& identity) {
  const std::lock_guard lock(mutex_);
  text_.plan.made[index].identity = identity;
  return Append(MadeText(index, identity));
}

// The clock of the filesystem, which is not ours if it is on a network.
absl::StatusOr<std::int64_t> Journal::LogTime() const {
  const timespec now[2] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
  struct stat status = {};
  if (futimens(log_.get(), now) != 0 || fstat(log_.get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, environment_.prefix + "/conda-meta/.satchel/journal");
  }
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

absl::Status Journal::BeginScript() {
  ASSIGN_OR_RETURN(script_begin_ns_, LogTime());
  return absl::OkStatus();
}

absl::Status Journal::EndScript() {
  const absl::StatusOr<std::int64_t> end_ns = LogTime();
  // Where that cannot be told, up to the undoing, which comes at once.
  text_.scripts.push_back(
      {script_begin_ns_, end_ns.value_or(std::numeric_limits<std::int64_t>::max())});
  RETURN_IF_ERROR(end_ns.status());
  return Append(ScriptText(text_.scripts.back()));
}

absl::Status Journal::Commit() {
  // One call for all files, instead of one for each.
  if (WantsSync() && syncfs(home_.get()) != 0) {
    return absl::ErrnoToStatus(errno, environment_.prefix);
  }
  if (renameat(home_.get(), kJournal, home_.get(), kCommitted) != 0) {
    return absl::ErrnoToStatus(errno, environment_.prefix + "/conda-meta/.satchel/journal");
  }
  Sync(home_.get(), kHome).IgnoreError();  // If it comes late, a power cut undoes the change.
  Finish();
  return absl::OkStatus();
}

// What is left over is of no harm: errors are ignored.
void Journal::Finish() {
  if (trash_.ok()) {
    RemoveTree(home_.get(), kTrash).IgnoreError();
  }
  for (const std::string& directory : text_.plan.emptied) {
    // Fails for those that are not empty.
    unlinkat(parents_.Open(directory), NameOf(directory).c_str(), AT_REMOVEDIR);
  }
  RemoveTree(environment_.meta, kHome).IgnoreError();
}

absl::StatusOr<std::vector<std::string>> Journal::RollBack() {
  ASSIGN_OR_RETURN(std::vector<std::string> notes, Undo({environment_.root, trash_.get()}, text_));
  // The restored files must be where they belong before the journal goes.
  if (WantsSync() && syncfs(home_.get()) != 0) {
    return absl::ErrnoToStatus(errno, environment_.prefix);
  }
  if (unlinkat(home_.get(), kJournal, 0) != 0 && errno != ENOENT) {
    return absl::ErrnoToStatus(errno, environment_.prefix + "/conda-meta/.satchel/journal");
  }
  RemoveTree(environment_.meta, kHome).IgnoreError();
  RemoveAround(text_.plan.around);
  return notes;
}

int PlaceStaged(int stage, const std::string& staged, int directory, const std::string& name) {
  if (renameat2(stage, staged.c_str(), directory, name.c_str(), RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  // A filesystem or kernel without that kind of renaming.
  if (const FoundFile found = FindFile(directory, name);
      found.error != 0 || found.identity.inode != 0) {
    return found.error != 0 ? found.error : EEXIST;
  }
  return renameat(stage, staged.c_str(), directory, name.c_str()) == 0 ? 0 : errno;
}

absl::StatusOr<std::string> ReadFileIn(int directory, const std::string& name) {
  const FileDescriptor file(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t size = file.ok() ? 1 : -1;
  while (size > 0 || (size < 0 && file.ok() && errno == EINTR)) {
    size = read(file.get(), buffer.data(), buffer.size());
    text.append(buffer.data(), static_cast<std::size_t>(size > 0 ? size : 0));
  }
  return size == 0 ? absl::StatusOr<std::string>(std::move(text))
                   : absl::ErrnoToStatus(errno, name);
}

bool HasJournal(const std::string& prefix) {
  struct stat status = {};
  return lstat((prefix + "/conda-meta/" + kHome).c_str(), &status) == 0;
}

absl::StatusOr<Recovered> RecoverEnvironment(const OpenEnvironment& environment) {
  Recovered recovered;
  Journal journal(environment);
  RETURN_IF_ERROR(journal.Open(/*make=*/false));
  if (!journal.home_.ok()) {
    return recovered;
  }
  for (const char* name : {kCommitted, kJournal}) {
    // Whatever else keeps it from being looked at: that it is not there must be known, or the trash
    // would go with all that is to be restored from it.
    const FoundFile found = FindFile(journal.home_.get(), name);
    if (found.error != 0) {
      return absl::ErrnoToStatus(found.error, environment.prefix + "/conda-meta/.satchel");
    }
    if (found.identity.inode == 0) {
      continue;
    }
    const std::string label = environment.prefix + "/conda-meta/.satchel/" + name;
    ASSIGN_OR_RETURN(const std::string text, ReadFileIn(journal.home_.get(), name));
    ASSIGN_OR_RETURN(journal.text_, ParseJournal(text, label));
    if (name == kCommitted) {
      journal.Finish();
      recovered.recovery = Recovery::kFinished;
    } else {
      ASSIGN_OR_RETURN(recovered.notes, journal.RollBack());
      recovered.recovery = Recovery::kRolledBack;
    }
    return recovered;
  }
  RETURN_IF_ERROR(RemoveTree(environment.meta, kHome));  // It had not begun, or was undone.
  // Fails unless it is empty: that is no environment.
  unlinkat(environment.root, "conda-meta", AT_REMOVEDIR);
  return recovered;
}

}  // namespace satchel
