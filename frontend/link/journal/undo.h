#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/journal/journal_text.h"

namespace satchel {

// What a name in an open directory refers to; the inode is 0 if there is nothing, or if that is
// unknown: then `error` says why.
struct FoundFile {
  InodeIdentity identity;
  mode_t mode = 0;
  std::int64_t changed_ns = 0;
  int error = 0;
};
FoundFile FindFile(int directory, const std::string& name);
// The identity of what is known to be there, mostly because it has just been made: without it, the
// thing could not be undone. Errors: those of looking.
[[nodiscard]] absl::StatusOr<InodeIdentity> IdentityOf(int directory, const std::string& name);

// The state of an environment after an interrupted or failed change.
struct UndoPlaces {
  int root = -1;   // The environment, open.
  int trash = -1;  // Its trash, in which path number N of moved_away has the name "N".
};

// Undoes a change, as far as it went:
//   - Remove each file that it made, if the file there is known to be that one: by its identity,
//     or because it changed while one of the change's scripts ran.
//   - Remove each directory that it made, if it is then empty. What scripts left in it goes too.
//   - Restore what is in the trash. A file that somebody else has put there meanwhile is kept
//     under another name.
// Undo may be interrupted and started again. Returns messages for the user. Errors: what could not
// be restored.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> Undo(const UndoPlaces& places,
                                                            const JournalText& journal);

// Removes the directories that were created for an environment, if they are empty, last first.
void RemoveAround(const std::vector<MadePath>& around);

}  // namespace satchel
