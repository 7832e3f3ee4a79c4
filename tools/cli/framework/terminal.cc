#include "tools/cli/framework/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_format.h"

#include "base/printable.h"
#include "frontend/fetch/url.h"

namespace satchel {
namespace {

std::size_t Width(int fd) {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  const char* columns = std::getenv("COLUMNS");
  const std::size_t width = columns == nullptr ? 0 : std::strtoul(columns, nullptr, 10);
  return width == 0 ? kUsual : width;
}

void WriteStderr(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

absl::Status WriteStdout(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return absl::ErrnoToStatus(errno == 0 ? EIO : errno, "standard output");
  }
  return absl::OkStatus();
}

std::string ShownLine(std::string_view text) {
  return PrintableLine(WithoutCredentialsIn(text));
}

}  // namespace

absl::Status Print(std::string_view text) {
  const std::string shown = WithoutCredentialsIn(text);
  return WriteStdout(StdoutHasColour() ? PrintableStyled(shown) : Printable(shown));
}

absl::Status PrintExactly(std::string_view text) {
  return WriteStdout(isatty(STDOUT_FILENO) == 1 ? Printable(text) : std::string(text));
}

void PrintError(std::string_view message) {
  WriteStderr("satchel: error: " + ShownLine(message) + "\n");
}

void PrintWarning(std::string_view message) {
  WriteStderr("satchel: warning: " + ShownLine(message) + "\n");
}

void PrintNote(std::string_view text) {
  WriteStderr(Printable(WithoutCredentialsIn(text)));
}

bool StdoutHasColour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') &&
         term != nullptr && std::string_view(term) != "dumb";
}

std::size_t StdoutWidth() {
  return Width(STDOUT_FILENO);
}

bool StderrIsTerminal() {
  return isatty(STDERR_FILENO) == 1;
}

std::size_t StderrWidth() {
  return Width(STDERR_FILENO);
}

namespace {

// The one that is shown.
std::atomic<ProgressLine*> shown_line = nullptr;

}  // namespace

ProgressLine::ProgressLine(bool enabled) : outer_(shown_line.exchange(this)) {
  if (enabled && StderrIsTerminal()) {
    thread_ = std::thread([this] { Run(); });
  }
}

ProgressLine::~ProgressLine() {
  shown_line = outer_;
  if (!thread_.joinable()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (drawn_) {
    Draw("");
  }
}

// In the place of what was drawn before.
void ProgressLine::Draw(const std::string& text) {
  std::string up;
  for (std::size_t i = 0; i < lines_below_; ++i) {
    up += "\x1b[A";
  }
  WriteStderr("\r" + up + "\x1b[J" + text);
  lines_below_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  drawn_ = true;
}

void ProgressLine::SetPhase(std::string_view phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
}

void ProgressLine::Run() {
  constexpr std::array<char, 4> kSpinner = {'|', '/', '-', '\\'};
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  auto next = start + std::chrono::seconds(1);
  for (std::size_t turn = 0; !changed_.wait_until(lock, next, [this] { return done_; }); ++turn) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    next += std::chrono::milliseconds(120);
    if (shown_line != this) {
      continue;
    }
    const std::size_t first = std::min(phase_.find('\n'), phase_.size());
    Draw(Printable(WithoutCredentialsIn(
        absl::StrFormat("%c %s %.1f s%s", kSpinner[turn % kSpinner.size()], phase_.substr(0, first),
                        elapsed.count(), phase_.substr(first)))));
  }
}

}  // namespace satchel
