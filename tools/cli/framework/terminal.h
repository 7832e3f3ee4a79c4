#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"

namespace satchel {

// All output of this program goes through here, so that no name, message or file from others can
// control the terminal (base/printable.h), and no credentials in a URL are shown, wherever the text
// comes from.

// Writes text or JSON to standard output and checks that it arrived. Errors: system errors (a full
// disk, a closed pipe).
[[nodiscard]] absl::Status Print(std::string_view text);
// The same, unchanged, for text that a program reads literally: scripts, and the user's own
// variables.
[[nodiscard]] absl::Status PrintExactly(std::string_view text);

// "satchel: error: ..." or "satchel: warning: ..." as one line on standard error.
void PrintError(std::string_view message);
void PrintWarning(std::string_view message);
// Lines on standard error.
void PrintNote(std::string_view text);

// Whether standard output is a terminal with colours (NO_COLOR and TERM=dumb disable them).
bool StdoutHasColour();

// Columns: the terminal's, or COLUMNS, or 80.
std::size_t StdoutWidth();
std::size_t StderrWidth();

bool StderrIsTerminal();

// A line on standard error that names a long phase, with more lines below it if the phase has them:
// only on a terminal and after the first second. Erased when it goes out of scope; print nothing
// else meanwhile. If there are several, the last one made is shown.
class ProgressLine final {
 public:
  explicit ProgressLine(bool enabled);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Thread-safe.
  void SetPhase(std::string_view phase);

 private:
  void Run();
  void Draw(const std::string& text);

  ProgressLine* const outer_;  // Shown again after this one.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string phase_;
  bool done_ = false;
  bool drawn_ = false;
  std::size_t lines_below_ = 0;  // The number drawn.
  std::thread thread_;
};

}  // namespace satchel
