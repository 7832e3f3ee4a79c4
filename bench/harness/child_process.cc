#include "bench/harness/child_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/sigpipe_guard.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace satchel {
namespace {

double Milliseconds(const timeval& time) {
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
}

}  // namespace

double MonotonicMs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

ChildProcess::ChildProcess(Spawned spawned, double started_ms)
    : pid_(spawned.pid),
      input_(std::move(spawned.input)),
      output_(std::move(spawned.output)),
      started_ms_(started_ms) {}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(const ProcessOptions& options) {
  SpawnOptions spawn;
  spawn.argv = options.argv;
  spawn.variables = options.variables;
  spawn.errors =
      options.quiet ? SpawnOptions::Errors::kToNowhere : SpawnOptions::Errors::kInherited;
  const double started_ms = MonotonicMs();
  absl::StatusOr<Spawned> spawned = Spawn(spawn);
  if (!spawned.ok()) {
    return absl::NotFoundError(absl::StrFormat("cannot run %s", ToStd(spawned.status().message())));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(*std::move(spawned), started_ms));
}

ChildProcess::~ChildProcess() {
  Kill();
  Wait();
}

absl::Status ChildProcess::WriteLine(std::string_view line) {
  std::string text(line);
  text += '\n';
  const SigpipeGuard no_sigpipe;  // A reader that has gone must not end this process too.
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t size = write(input_.get(), text.data() + written, text.size() - written);
    if (size < 0 && errno != EINTR) {
      return absl::UnavailableError(
          absl::StrFormat("it no longer reads its input: %s", strerror(errno)));
    }
    written += size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  return absl::OkStatus();
}

void ChildProcess::CloseInput() {
  input_.Close();
}

absl::StatusOr<bool> ChildProcess::Fill(double deadline_ms) {
  for (;;) {
    const double left_ms = deadline_ms - MonotonicMs();
    if (left_ms <= 0) {
      return absl::DeadlineExceededError("no answer in time");
    }
    pollfd waited = {output_.get(), POLLIN, 0};
    const int ready = poll(&waited, 1, static_cast<int>(left_ms) + 1);
    if (ready <= 0) {
      continue;  // Interrupted, or too early by a rounding.
    }
    std::array<char, 65536> bytes;
    const ssize_t size = read(output_.get(), bytes.data(), bytes.size());
    if (size > 0) {
      buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    } else if (size < 0 && errno == EINTR) {
      continue;
    }
    return size > 0;
  }
}

absl::StatusOr<std::string> ChildProcess::ReadLine(double timeout_s) {
  const double deadline_ms = MonotonicMs() + 1e3 * timeout_s;
  std::size_t searched = 0;
  for (;;) {
    if (const std::size_t end = buffer_.find('\n', searched); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    searched = buffer_.size();
    ASSIGN_OR_RETURN(const bool more, Fill(deadline_ms));
    if (!more) {
      return absl::UnavailableError("it ended");
    }
  }
}

absl::StatusOr<std::string> ChildProcess::ReadAll(double timeout_s) {
  const double deadline_ms = MonotonicMs() + 1e3 * timeout_s;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, Fill(deadline_ms));
    if (!more) {
      return std::exchange(buffer_, {});
    }
  }
}

void ChildProcess::Kill() {
  if (pid_ > 0) {
    kill(-pid_, SIGKILL);
  }
}

ProcessEnd ChildProcess::Wait() {
  CloseInput();
  ProcessEnd end;
  if (pid_ <= 0) {
    return end;
  }
  int status = 0;
  rusage usage = {};
  while (wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  end.usage.wall_ms = MonotonicMs() - started_ms_;
  end.usage.cpu_ms = Milliseconds(usage.ru_utime) + Milliseconds(usage.ru_stime);
  end.usage.peak_rss_kb = usage.ru_maxrss;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  pid_ = -1;
  return end;
}

absl::StatusOr<ProcessEnd> RunProcess(const ProcessOptions& options, double timeout_s,
                                      std::string* output) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ChildProcess> process, ChildProcess::Start(options));
  process->CloseInput();
  ASSIGN_OR_RETURN(std::string text, process->ReadAll(timeout_s));
  if (output != nullptr) {
    *output = std::move(text);
  }
  return process->Wait();
}

}  // namespace satchel
