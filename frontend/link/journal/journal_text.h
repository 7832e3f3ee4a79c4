#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// Identifies a file whatever its name: undo removes only files that it identifies.
struct InodeIdentity {
  dev_t device = 0;
  ino_t inode = 0;  // 0: unknown, so nothing is removed.
  // The last modification, so that another file that reuses the number of a removed one is not
  // mistaken for it; 0 if that does not matter, as for a hard link, whose number stays in use.
  std::int64_t modified_ns = 0;

  friend bool operator==(const InodeIdentity&, const InodeIdentity&) = default;
};

// A file or directory that a change creates.
struct MadePath {
  std::string path;
  InodeIdentity identity;
  // Identified only by its name, because another program creates it: bytecode, messages of scripts.
  bool by_name = false;
};

// The plan for a change of an environment. Paths are places (place.h), relative to the environment
// except in `around`.
struct JournalPlan {
  std::vector<std::string> moved_away;    // To the trash; files first, then empty directories.
  std::vector<MadePath> made;             // Files and symbolic links.
  std::vector<MadePath> new_directories;  // Parents first.
  std::vector<std::string> emptied;       // Directories to remove at the end, if they are empty.
  // The environment's own directories that were created for it, absolute, parents first: the last
  // is conda-meta. Empty for an existing environment.
  std::vector<MadePath> around;
};

// The time during which a script ran or python compiled, by the clock of the filesystem.
struct ScriptTime {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

// The whole content of the journal: the plan, written before anything is touched, and the notes
// added while it is carried out.
struct JournalText {
  JournalPlan plan;
  std::vector<ScriptTime> scripts;
  std::vector<bool> gone;  // For each of moved_away: it did not exist.
};

// Each entry is a letter and a text, and ends with a zero: paths may contain anything else. The
// plan ends with "."; a last entry without its zero was cut off, and is ignored.
std::string PlanText(const JournalPlan& plan);
std::string MadeText(std::size_t index, const InodeIdentity& identity);
std::string DirectoryText(std::size_t index, const InodeIdentity& identity);
std::string GoneText(std::size_t index);
std::string ScriptText(const ScriptTime& time);

// Errors: kDataLoss; the message says what to do with the file `label`.
[[nodiscard]] absl::StatusOr<JournalText> ParseJournal(std::string_view text,
                                                       const std::string& label);

}  // namespace satchel
