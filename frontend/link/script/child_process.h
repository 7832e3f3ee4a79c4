#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

struct ChildOptions {
  std::vector<std::pair<std::string, std::string>> variables;  // Override inherited ones.
  std::string directory;                                       // Its working directory; empty: the
                                                               // current one.
  std::string input;                                           // Its standard input.
  std::function<void(std::string_view)> heard;  // Receives its output as it arrives; may be empty.
  // If set: asks the child and its descendants to end, and then kills them.
  const std::atomic<bool>* cancel = nullptr;
  std::chrono::milliseconds grace{2000};  // Between the two.
};

struct ChildResult {
  int exit_code = -1;  // 128 + the signal's number if one ended it, as in shells.
  std::string output;  // Standard output and error together, the last 64 KiB.
};

// Runs a program to its end; does not wait for processes that it leaves in the background. Errors:
// system errors if it cannot start; kCancelled.
[[nodiscard]] absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& command,
                                                   const ChildOptions& options);

// Kills the program that RunChild() is running, with its children, at once: for a process that is
// about to end. Signal handlers may call it.
void KillRunningChild();

}  // namespace satchel
