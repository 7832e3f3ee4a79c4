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
  std::vector<std::pair<std::string, std::string>> variables;  // Replace those inherited.
  std::string directory;                                       // Where it runs; empty: here.
  std::string input;                                           // What standard input says.
  std::function<void(std::string_view)> heard;  // Gets its output as it comes; may be empty.
  // Set: the child and all that it started are asked to end, and then ended.
  const std::atomic<bool>* cancel = nullptr;
  std::chrono::milliseconds grace{2000};  // Between the two.
};

struct ChildResult {
  int exit_code = -1;  // 128 + the signal's number if one ended it, as shells say it.
  std::string output;  // Of standard output and error together, the last 64 KiB.
};

// Runs a program to its end; what it leaves running in the background is not waited for. Errors:
// what the system says if it cannot be started; kCancelled.
[[nodiscard]] absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& command,
                                                   const ChildOptions& options);

// Ends the program that RunChild() is in, with its children, at once: for a process that is about
// to end itself. May be called by a signal's handler.
void KillRunningChild();

}  // namespace satchel
