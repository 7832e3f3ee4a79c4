#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/change/environment_lock.h"
#include "frontend/link/change/transaction.h"
#include "frontend/link/journal/journal_text.h"
#include "frontend/link/layout/layout.h"
#include "frontend/link/layout/link_file.h"

namespace satchel {

// Everything that a transaction will do, computed before anything is touched.
struct ChangePlan {
  Layout layout;
  std::vector<LinkMethod> methods;  // The first method to try, for each package.
  JournalPlan journal;
  // Numbers in journal.made: for each file of the layout (unused if it is not created), for each
  // package's record, for the history.
  std::vector<std::size_t> made_files;
  std::size_t first_record = 0;
  // In journal.moved_away: directories that are empty by then and that files replace.
  std::size_t first_directory = 0;
  bool has_scripts = false;
  std::vector<std::string> warnings;
};

// Errors: those of reading; kFailedPrecondition and kResourceExhausted for an impossible change.
[[nodiscard]] absl::StatusOr<ChangePlan> PlanChange(const EnvironmentLock& lock,
                                                    const Transaction& transaction,
                                                    const TransactionOptions& options);

}  // namespace satchel
