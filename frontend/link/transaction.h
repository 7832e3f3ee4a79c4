#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/environment_lock.h"
#include "frontend/link/history_writer.h"
#include "frontend/link/layout.h"
#include "frontend/link/link_file.h"
#include "repodata/spec/record.h"

namespace satchel {

// A change of an environment.
struct Transaction {
  std::vector<PackageRecord> unlink;
  std::vector<PackageToLink> link;  // In topological order.
  std::vector<PackageRecord> kept;  // Installed ones that stay.
  HistoryEntry history;             // What is linked and unlinked is filled in.
};

struct TransactionOptions {
  LinkPreference preference;
  bool run_scripts = true;
  bool compile_bytecode = true;
  std::string root_prefix;  // For scripts; may be empty.
  // "Linking", 120 of 4000 files; may be empty. Called by any thread, one at a time.
  std::function<void(std::string_view phase, std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* cancel = nullptr;
  // Puts into a new environment what is of no package, when the packages are there. If it fails,
  // all is undone; may be empty.
  std::function<absl::Status()> complete;
};

struct TransactionReport {
  std::vector<std::string> warnings;
  std::string messages;  // Of link scripts, for the user.
  std::uint64_t files_made = 0;
  std::uint64_t bytes_copied = 0;  // The others are links.
};

// Carries the change out, all of it or nothing: whatever fails, and whoever interrupts (`cancel`, a
// signal, the power), the environment is as it was or as it should be; a crash is settled by the
// next EnvironmentLock.
//
// What cannot be undone is what link scripts do to files that are not in a package.
// Errors: kFailedPrecondition and kResourceExhausted (the disk) before anything is touched;
// kAborted if a script fails; kCancelled; those of the disk. After all of them the environment is
// as before, which the message says if something had been touched.
[[nodiscard]] absl::StatusOr<TransactionReport> RunTransaction(const EnvironmentLock& lock,
                                                               const Transaction& transaction,
                                                               const TransactionOptions& options);

}  // namespace satchel
