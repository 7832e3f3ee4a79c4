#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/file_descriptor.h"
#include "frontend/link/journal_text.h"
#include "frontend/link/place.h"

namespace satchel {

enum class Recovery {
  kNothing,     // No change was interrupted.
  kRolledBack,  // The environment is as before the change.
  kFinished,    // The change was complete but for its leftovers.
};

// What was found of an interrupted change.
struct Recovered {
  Recovery recovery = Recovery::kNothing;
  std::vector<std::string> notes;  // For the user.
};

// An environment that is open, and its lock held. Everything is done relative to the descriptors:
// nothing that happens to the names above it meanwhile can lead elsewhere.
struct OpenEnvironment {
  std::string prefix;
  int root = -1;  // The directory `prefix`.
  int meta = -1;  // Its conda-meta, which is no symbolic link.
};

// A change under way, recorded in conda-meta/.satchel of the environment:
//   journal   what is going to be done, and, as it is done, what it takes to know again what was
//   trash/    the files that the change removes
//   stage/    files and directories that are made here first, to be known before they get their
//             names in the environment
//
//   Begin   the journal is on the disk            a crash from here on is undone
//   ...     files are moved to the trash, staged, noted down, and put in their places
//   Commit  everything is on the disk, the journal is renamed: from here on a crash is finished
//           the trash is emptied, the directories left empty are removed
class Journal final {
 public:
  // Errors: those of writing; nothing has been changed then.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Journal>> Begin(
      const OpenEnvironment& environment, JournalPlan plan);

  int stage() const { return stage_.get(); }
  int trash() const { return trash_.get(); }
  const JournalPlan& plan() const { return text_.plan; }

  // Moves that path of moved_away to the trash, where its number is its name; what is not there is
  // no error. Errors: kFailedPrecondition where a directory would take files along that are not
  // removed.
  [[nodiscard]] absl::Status MoveAway(std::size_t index);

  // What a staged file or directory will be known by, to be written down before it is put in its
  // place. By one thread.
  void NoteMade(std::size_t index, const InodeIdentity& identity);
  void NoteDirectory(std::size_t index, const InodeIdentity& identity);
  // Writes down what was noted; with `sync`, so that it is there after a power cut.
  [[nodiscard]] absl::Status WriteNotes(bool sync);
  // For what could not be staged. By any thread.
  [[nodiscard]] absl::Status WriteNote(std::size_t index, const InodeIdentity& identity);

  // Around scripts, and whatever else makes files that nobody knows beforehand.
  [[nodiscard]] absl::Status BeginScript();
  [[nodiscard]] absl::Status EndScript();

  // Errors: those of the disk; then RollBack() is still possible.
  [[nodiscard]] absl::Status Commit();
  // Returns what the user should know. Errors: what could not be restored. The journal stays, and
  // so the next command tries again.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> RollBack();

 private:
  explicit Journal(const OpenEnvironment& environment)
      : environment_(environment), parents_(environment.root) {}
  friend absl::StatusOr<Recovered> RecoverEnvironment(const OpenEnvironment& environment);

  // Opens what there is of conda-meta/.satchel; `make`: all of it is made.
  absl::Status Open(bool make);
  absl::Status Write(const JournalPlan& plan);
  absl::Status Append(std::string_view text);
  absl::StatusOr<std::int64_t> LogTime() const;
  void Finish();

  OpenEnvironment environment_;
  FileDescriptor home_;
  FileDescriptor trash_;
  FileDescriptor stage_;
  FileDescriptor log_;
  ParentOpener parents_;
  JournalText text_;
  std::string notes_;
  std::int64_t script_begin_ns_ = 0;
  std::mutex mutex_;  // Of WriteNote.
};

// Gives what is staged its place in an open directory, if nothing is there. Returns the system's
// error, or 0.
int PlaceStaged(int stage, const std::string& staged, int directory, const std::string& name);

// The text of a file in an open directory, which is no symbolic link.
[[nodiscard]] absl::StatusOr<std::string> ReadFileIn(int directory, const std::string& name);

// Whether a change of this environment is under way, or was interrupted.
bool HasJournal(const std::string& prefix);

// Undoes or finishes what an interrupted change left. What is in conda-meta/.satchel while no
// change is under way has no meaning, and is removed.
[[nodiscard]] absl::StatusOr<Recovered> RecoverEnvironment(const OpenEnvironment& environment);

}  // namespace satchel
