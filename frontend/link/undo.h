#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/journal_text.h"

namespace satchel {

// What is now at a name in an open directory; the inode is 0 if nothing is, or if that could not be
// told: then `error` says why.
struct FoundFile {
  InodeIdentity identity;
  mode_t mode = 0;
  std::int64_t changed_ns = 0;
  int error = 0;
};
// Whether an error of the system means that there is nothing at a path.
bool MeansNothingThere(int error);
FoundFile FindFile(int directory, const std::string& name);

// Where an interrupted or failed change left an environment.
struct UndoPlaces {
  int root = -1;   // The environment, open.
  int trash = -1;  // Its trash, which has the path number N of moved_away under the name "N".
};

// Takes back what a change has done, as far as it came:
//   - a file that it made goes, if the file there is known to be the one it made: by its identity,
//     or because it was changed while one of the change's scripts ran;
//   - so does a directory that it made, if it is empty then. What scripts left in it goes too;
//   - what is in the trash goes back. A file that somebody else has put there meanwhile is kept
//     under another name.
// It can itself be interrupted and begun again. Returns what the user should know.
// Errors: what could not be restored.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> Undo(const UndoPlaces& places,
                                                            const JournalText& journal);

// Removes the directories that were made for an environment, if they are empty: the last of them
// first.
void RemoveAround(const std::vector<MadePath>& around);

}  // namespace satchel
