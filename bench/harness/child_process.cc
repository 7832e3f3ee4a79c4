#include "bench/harness/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"

extern char** environ;

namespace satchel {
namespace {

// This process's variables with those of `changes` instead.
std::vector<std::string> MakeEnvironment(const std::vector<std::string>& changes) {
  const auto name_of = [](std::string_view variable) {
    return variable.substr(0, variable.find('='));
  };
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    bool changed = false;
    for (const std::string& change : changes) {
      changed = changed || name_of(change) == name_of(*variable);
    }
    if (!changed) {
      result.emplace_back(*variable);
    }
  }
  for (const std::string& change : changes) {
    if (change.find('=') != std::string::npos) {
      result.push_back(change);
    }
  }
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  bool Open() { return pipe2(ends.data(), O_CLOEXEC) == 0; }
  void Close(int end) {
    if (ends[end] >= 0) {
      close(std::exchange(ends[end], -1));
    }
  }
  ~Pipe() {
    Close(0);
    Close(1);
  }
};

int Spawn(const ProcessOptions& options, const Pipe& input, const Pipe& output, pid_t* pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  const auto cleanup = absl::MakeCleanup([&] {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  });
  posix_spawn_file_actions_adddup2(&actions, input.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
  if (options.quiet) {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = options.argv;
  std::vector<std::string> variables = MakeEnvironment(options.variables);
  return posix_spawnp(pid, words[0].c_str(), &actions, &attributes, Pointers(words).data(),
                      Pointers(variables).data());
}

double Milliseconds(const timeval& time) {
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
}

}  // namespace

double MonotonicMs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

ChildProcess::ChildProcess(pid_t pid, int input, int output, double started_ms)
    : pid_(pid), input_(input), output_(output), started_ms_(started_ms) {}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(const ProcessOptions& options) {
  Pipe input;
  Pipe output;
  if (!input.Open() || !output.Open()) {
    return absl::UnavailableError(absl::StrFormat("no pipe: %s", strerror(errno)));
  }
  const double started_ms = MonotonicMs();
  pid_t pid = -1;
  if (const int error = Spawn(options, input, output, &pid); error != 0) {
    return absl::NotFoundError(
        absl::StrFormat("cannot run '%s': %s", options.argv[0], strerror(error)));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(
      pid, std::exchange(input.ends[1], -1), std::exchange(output.ends[0], -1), started_ms));
}

ChildProcess::~ChildProcess() {
  Kill();
  Wait();
  close(output_);
}

absl::Status ChildProcess::WriteLine(std::string_view line) {
  std::string text(line);
  text += '\n';
  // A reader that has gone must not end this process too.
  struct sigaction ignore = {};
  struct sigaction previous = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &previous);
  const auto restore = absl::MakeCleanup([&] { sigaction(SIGPIPE, &previous, nullptr); });
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t size = write(input_, text.data() + written, text.size() - written);
    if (size < 0 && errno != EINTR) {
      return absl::UnavailableError(
          absl::StrFormat("it no longer reads its input: %s", strerror(errno)));
    }
    written += size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  return absl::OkStatus();
}

void ChildProcess::CloseInput() {
  if (input_ >= 0) {
    close(std::exchange(input_, -1));
  }
}

absl::StatusOr<bool> ChildProcess::Fill(double deadline_ms) {
  for (;;) {
    const double left_ms = deadline_ms - MonotonicMs();
    if (left_ms <= 0) {
      return absl::DeadlineExceededError("no answer in time");
    }
    pollfd waited = {output_, POLLIN, 0};
    const int ready = poll(&waited, 1, static_cast<int>(left_ms) + 1);
    if (ready <= 0) {
      continue;  // Interrupted, or too early by a rounding.
    }
    std::array<char, 65536> bytes;
    const ssize_t size = read(output_, bytes.data(), bytes.size());
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
