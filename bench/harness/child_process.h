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

// What the system says of a process that has ended, its own waited-for children included.
struct ProcessUsage {
  double wall_ms = 0;  // From before the start until it was seen to have ended.
  double cpu_ms = 0;   // User and system.
  std::int64_t peak_rss_kb = 0;
};

struct ProcessEnd {
  int exit_code = -1;  // -1 if a signal ended it.
  int signal = 0;
  ProcessUsage usage;
};

struct ProcessOptions {
  std::vector<std::string> argv;  // argv[0] is looked for along PATH.
  // "NAME=VALUE" instead of, or besides, those of this process; "NAME" alone takes one away.
  std::vector<std::string> variables;
  bool quiet = true;  // Standard error goes nowhere instead of where ours goes.
};

// A program that was spawned (base/spawn.h). Not thread-safe.
class ChildProcess final {
 public:
  // Errors: kNotFound if there is no such program.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const ProcessOptions& options);
  ~ChildProcess();  // Kills it, with its group, if it still runs.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Sends `line` and a line break. Errors: kUnavailable if it reads no more.
  [[nodiscard]] absl::Status WriteLine(std::string_view line);
  void CloseInput();

  // The next line of its output, without the line break.
  // Errors: kDeadlineExceeded after `timeout_s`; kUnavailable at the end of its output.
  [[nodiscard]] absl::StatusOr<std::string> ReadLine(double timeout_s);
  // All of its output that is left, until it closes it. Errors: kDeadlineExceeded.
  [[nodiscard]] absl::StatusOr<std::string> ReadAll(double timeout_s);

  void Kill();
  // Waits for its end, however long that takes: close its input or kill it first.
  ProcessEnd Wait();

 private:
  ChildProcess(Spawned spawned, double started_ms);

  // Reads what there is. False at the end of the output. Errors: kDeadlineExceeded.
  absl::StatusOr<bool> Fill(double deadline_ms);

  pid_t pid_;  // -1 once waited for.
  FileDescriptor input_;
  FileDescriptor output_;
  double started_ms_;
  std::string buffer_;
};

// Runs a program to its end. `output` may be null. Errors: those of Start; kDeadlineExceeded, after
// which it is killed.
[[nodiscard]] absl::StatusOr<ProcessEnd> RunProcess(const ProcessOptions& options, double timeout_s,
                                                    std::string* output);

// Milliseconds on a clock that only goes forward.
double MonotonicMs();

}  // namespace satchel
