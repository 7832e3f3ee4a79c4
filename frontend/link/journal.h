#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace satchel {

enum class Recovery {
  kNothing,     // No change was interrupted.
  kRolledBack,  // The environment is as before the change.
  kFinished,    // The change was complete but for its leftovers.
};

// What a change of an environment is going to do, written down before it is begun. Paths are
// relative to the environment. It says enough to undo any part of it that was carried out:
//   - a path in `moved_away` that is in the trash goes back, over whatever is there now;
//   - a path in `made` that is not in `moved_away` was not there before, and goes;
//   - so does a directory in `new_directories` (the topmost ones), with all that is in it.
// Undoing can itself be interrupted and begun again.
struct JournalPlan {
  bool new_environment = false;  // Nothing was there before, conda-meta aside.
  std::vector<std::string> moved_away;
  std::vector<std::string> made;
  std::vector<std::string> new_directories;
};

// A change under way, recorded in conda-meta/.satchel of the environment: the journal, and the
// trash with the files that the change removes. The environment's lock must be held.
//
//   Begin   the journal is on the disk            a crash from here on is undone
//   ...     files are moved to the trash and made
//   Commit  everything is on the disk, the journal is renamed: from here on a crash is finished
//           the trash is emptied, the directories left empty are removed
class Journal final {
 public:
  // Errors: those of writing; nothing has been changed then.
  [[nodiscard]] static absl::StatusOr<Journal> Begin(const std::string& prefix, JournalPlan plan);

  // Where the file at that place of `moved_away` is meanwhile.
  static std::string TrashedPath(const std::string& prefix, std::size_t index);

  // Moves all of `moved_away` to the trash; what is not there is no error.
  [[nodiscard]] absl::Status MoveAway() const;
  // Errors: those of the disk; then RollBack() is still possible.
  [[nodiscard]] absl::Status Commit() const;
  // Errors: what could not be restored. The journal stays, and so the next command tries again.
  [[nodiscard]] absl::Status RollBack() const;

 private:
  Journal(std::string prefix, JournalPlan plan)
      : prefix_(std::move(prefix)), plan_(std::move(plan)) {}
  friend absl::StatusOr<Recovery> RecoverEnvironment(const std::string& prefix);

  void Finish() const;
  absl::Status Restore() const;

  std::string prefix_;
  JournalPlan plan_;
};

// conda-meta/.satchel of the environment. What is in it while no change is under way has no
// meaning, and whoever next takes the environment's lock removes it.
std::string JournalHome(const std::string& prefix);

// Whether a change of this environment is under way, or was interrupted.
bool HasJournal(const std::string& prefix);

// Undoes or finishes what an interrupted change left. The environment's lock must be held.
[[nodiscard]] absl::StatusOr<Recovery> RecoverEnvironment(const std::string& prefix);

}  // namespace satchel
