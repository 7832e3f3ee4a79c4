#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "base/spawn.h"

namespace satchel {

// The system's data on a process that has ended, including children that it waited for.
struct ProcessUsage {
  double wall_ms = 0;  // From before the start until its end was noticed.
  double cpu_ms = 0;   // User and system.
  std::int64_t peak_rss_kb = 0;
};

struct ProcessEnd {
  int exit_code = -1;  // -1 if a signal ended it.
  int signal = 0;
  ProcessUsage usage;
};

struct ProcessOptions {
  std::vector<std::string> argv;  // Searches for argv[0] along PATH.
  // "NAME=VALUE" overrides or adds to those of this process; "NAME" alone removes one.
  std::vector<std::string> variables;
  bool quiet = true;  // Discards standard error instead of sharing this process's.
};

// A program that was spawned (base/spawn.h). Not thread-safe.
class ChildProcess final {
 public:
  // Errors: kNotFound if there is no such program.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const ProcessOptions& options);
  ~ChildProcess();  // Kills it, with its group, if it is still running.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Sends `line` and a line break. Errors: kUnavailable if it no longer reads.
  [[nodiscard]] absl::Status WriteLine(std::string_view line);
  void CloseInput();

  // The next line of its output, without the line break.
  // Errors: kDeadlineExceeded after `timeout_s`; kUnavailable at the end of its output.
  [[nodiscard]] absl::StatusOr<std::string> ReadLine(double timeout_s);
  // The rest of its output, until it closes it. Errors: kDeadlineExceeded.
  [[nodiscard]] absl::StatusOr<std::string> ReadAll(double timeout_s);

  void Kill();
  // Waits for its end without a limit: close its input or kill it first.
  ProcessEnd Wait();

 private:
  ChildProcess(Spawned spawned, double started_ms);

  // Reads the available output. False at the end of the output. Errors: kDeadlineExceeded.
  absl::StatusOr<bool> Fill(double deadline_ms);

  pid_t pid_;  // -1 once waited for.
  FileDescriptor input_;
  FileDescriptor output_;
  double started_ms_;
  std::string buffer_;
};

// Runs a program to its end. `output` may be null. Errors: those of Start; kDeadlineExceeded, after
// which the program is killed.
[[nodiscard]] absl::StatusOr<ProcessEnd> RunProcess(const ProcessOptions& options, double timeout_s,
                                                    std::string* output);

// Milliseconds on a monotonic clock.
double MonotonicMs();

}  // namespace satchel
