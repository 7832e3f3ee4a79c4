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
#include "frontend/link/journal/journal_text.h"
#include "frontend/link/paths/place.h"

namespace satchel {

enum class Recovery {
  kNothing,     // No change was interrupted.
  kRolledBack,  // The environment is as it was before the change.
  kFinished,    // The change was complete except for the clean-up.
};

// The result of recovering an interrupted change.
struct Recovered {
  Recovery recovery = Recovery::kNothing;
  std::vector<std::string> notes;  // For the user.
};

// An open environment whose lock is held. All operations are relative to the descriptors, so
// changes to the names above it cannot redirect them.
struct OpenEnvironment {
  std::string prefix;
  int root = -1;  // The directory `prefix`.
  int meta = -1;  // Its conda-meta, which is not a symbolic link.
};

// A change in progress, recorded in the environment's conda-meta/.satchel:
//   journal   what the change will do and, as it proceeds, how to identify what it made
//   trash/    the files that the change removes
//   stage/    new files and directories, made here first, to be identified before they get their
//             names in the environment
//
//   Begin   the journal is on the disk            a crash from here on is undone
//   ...     files are moved to the trash, staged, noted, and put in their places
//   Commit  everything is on the disk, the journal is renamed: a crash from here on is finished
//           the trash is emptied, and directories that are empty now are removed
class Journal final {
 public:
  // Errors: those of writing; nothing has changed then.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Journal>> Begin(
      const OpenEnvironment& environment, JournalPlan plan);

  int stage() const { return stage_.get(); }
  int trash() const { return trash_.get(); }
  const JournalPlan& plan() const { return text_.plan; }

  // Moves a path of moved_away to the trash, where its number is its name; a missing path is no
  // error. Errors: kFailedPrecondition if a directory contains files that are not removed.
  [[nodiscard]] absl::Status MoveAway(std::size_t index);

  // Notes how to identify a staged file or directory, to be written before it is put in its place.
  // From one thread.
  void NoteMade(std::size_t index, const InodeIdentity& identity);
  void NoteDirectory(std::size_t index, const InodeIdentity& identity);
  // Writes the notes; with `sync`, so that they survive a power cut.
  [[nodiscard]] absl::Status WriteNotes(bool sync);
  // For what could not be staged. From any thread.
  [[nodiscard]] absl::Status WriteNote(std::size_t index, const InodeIdentity& identity);

  // Call them around scripts, and around anything else that makes files with unknown names.
  [[nodiscard]] absl::Status BeginScript();
  [[nodiscard]] absl::Status EndScript();

  // Errors: disk errors; RollBack() is still possible then.
  [[nodiscard]] absl::Status Commit();
  // Returns messages for the user. Errors: what could not be restored. The journal stays, so the
  // next command tries again.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> RollBack();

 private:
  explicit Journal(const OpenEnvironment& environment)
      : environment_(environment), parents_(environment.root) {}
  friend absl::StatusOr<Recovered> RecoverEnvironment(const OpenEnvironment& environment);

  // Opens the existing parts of conda-meta/.satchel; with `make`, creates all of it.
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
  std::mutex mutex_;  // For WriteNote.
};

// Moves a staged file to its place in an open directory, if nothing is there. Returns the system's
// error, or 0.
int PlaceStaged(int stage, const std::string& staged, int directory, const std::string& name);

// The text of a file in an open directory; the file must not be a symbolic link.
[[nodiscard]] absl::StatusOr<std::string> ReadFileIn(int directory, const std::string& name);

// Whether a change of this environment is in progress or was interrupted.
bool HasJournal(const std::string& prefix);

// Undoes or finishes an interrupted change. If no change is in progress, the contents of
// conda-meta/.satchel are meaningless and are removed.
[[nodiscard]] absl::StatusOr<Recovered> RecoverEnvironment(const OpenEnvironment& environment);

}  // namespace satchel
