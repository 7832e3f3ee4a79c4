#pragma once

#include <atomic>
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
  const std::atomic<bool>* cancel = nullptr;    // Set: the child is terminated.
};

struct ChildResult {
  int exit_code = -1;  // 128 + the signal's number if one ended it, as shells say it.
  std::string output;  // Of standard output and error together, the last 64 KiB.
};

// Runs a program to its end. Errors: what the system says if it cannot be started; kCancelled.
[[nodiscard]] absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& command,
                                                   const ChildOptions& options);

}  // namespace satchel
