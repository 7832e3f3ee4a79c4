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

// By which a file is known again, whatever its name: undoing removes only what it knows.
struct InodeIdentity {
  dev_t device = 0;
  ino_t inode = 0;  // 0: nothing is known, so nothing is removed.
  // When it was last written, lest another file that got the number of a removed one be taken for
  // it; 0 if that does not matter, as for a hard link, whose number stays in use.
  std::int64_t modified_ns = 0;

  friend bool operator==(const InodeIdentity&, const InodeIdentity&) = default;
};

// A file or directory that a change makes.
struct MadePath {
  std::string path;
  InodeIdentity identity;
  // Known by its name alone, because another program makes it: bytecode, messages of scripts.
  bool by_name = false;
};

// What a change of an environment is going to do. Paths are places (place.h), relative to the
// environment but for `around`.
struct JournalPlan {
  std::vector<std::string> moved_away;    // Into the trash; files first, then empty directories.
  std::vector<MadePath> made;             // Files and symbolic links.
  std::vector<MadePath> new_directories;  // Parents first.
  std::vector<std::string> emptied;       // Directories that go in the end, if they are empty.
  // The environment's own directories that were made for it, absolute, parents first: the last is
  // conda-meta. Empty for an environment that was there.
  std::vector<MadePath> around;
};

// Times between which a script ran, or python compiled: by the clock of the filesystem.
struct ScriptTime {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

// All that the journal says: the plan, written before anything is touched, and what was added to it
// while it was carried out.
struct JournalText {
  JournalPlan plan;
  std::vector<ScriptTime> scripts;
  std::vector<bool> gone;  // For each of moved_away: it was not there to be moved.
};

// Each entry is a letter and a text, and ends with a zero: paths may hold anything else. The plan
// ends with "."; a last entry without its zero was cut off, and does not count.
std::string PlanText(const JournalPlan& plan);
std::string MadeText(std::size_t index, const InodeIdentity& identity);
std::string DirectoryText(std::size_t index, const InodeIdentity& identity);
std::string GoneText(std::size_t index);
std::string ScriptText(const ScriptTime& time);

// Errors: kDataLoss, saying what to do about the file `label`.
[[nodiscard]] absl::StatusOr<JournalText> ParseJournal(std::string_view text,
                                                       const std::string& label);

}  // namespace satchel
