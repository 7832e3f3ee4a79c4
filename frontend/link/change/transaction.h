#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/link/change/environment_lock.h"
#include "frontend/link/layout/layout.h"
#include "frontend/link/layout/link_file.h"
#include "frontend/link/record/history_writer.h"
#include "repodata/spec/record.h"

namespace satchel {

// A change of an environment.
struct Transaction {
  std::vector<PackageRecord> unlink;
  std::vector<PackageToLink> link;  // In topological order.
  std::vector<PackageRecord> kept;  // Installed ones that stay.
  HistoryEntry history;             // The linked and unlinked packages are filled in.
};

struct TransactionOptions {
  LinkPreference preference;
  bool run_scripts = true;
  bool compile_bytecode = true;
  std::string root_prefix;  // For scripts; may be empty.
  // Progress: "Linking", 120 of 4000 files; may be empty. Called from any thread, one at a time.
  std::function<void(std::string_view phase, std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* cancel = nullptr;
  // Adds files of no package to a new environment, after its packages. If it fails, everything is
  // undone; may be empty.
  std::function<absl::Status()> complete;
};

struct TransactionReport {
  std::vector<std::string> warnings;
  std::string messages;  // From link scripts, for the user.
  std::uint64_t files_made = 0;
  std::uint64_t bytes_copied = 0;  // All others are links.
};

// Carries out the change completely or not at all: after any failure or interruption (`cancel`, a
// signal, a power cut), the environment is either as before or as planned; the next EnvironmentLock
// recovers from a crash.
//
// Exception: what link scripts do to files of no package cannot be undone. Errors:
// kFailedPrecondition and kResourceExhausted (the disk) before anything is touched; kAborted if a
// script fails; kCancelled; disk errors. After any of these the environment is as before, and the
// message says so if something had been touched.
[[nodiscard]] absl::StatusOr<TransactionReport> RunTransaction(const EnvironmentLock& lock,
                                                               const Transaction& transaction,
                                                               const TransactionOptions& options);

}  // namespace satchel
