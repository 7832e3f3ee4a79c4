#include "frontend/link/script/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>

#include "base/file_descriptor.h"
#include "base/sigpipe_guard.h"
#include "base/spawn.h"
#include "base/status_macros.h"

namespace satchel {
namespace {

constexpr std::size_t kKeptOutput = 64 << 10;

constexpr int kLookMs = 50;  // How long a cancellation may go unnoticed.
constexpr std::size_t kPipeBytes = 64 << 10;

// Of the child that is running, for KillRunningChild().
std::atomic<pid_t> running_group = 0;
static_assert(std::atomic<pid_t>::is_always_lock_free);

// A program that was started, until it has ended. It leads a process group of its own, and is not
// waited for before that is done with: so the group's number stays its own.
class Child final {
 public:
  Child(Spawned spawned, const ChildOptions& options)
      : pid_(spawned.pid),
        input_(std::move(spawned.input)),
        output_(std::move(spawned.output)),
        end_(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))),  // None before Linux 5.3.
        options_(options),
        rest_(options.input) {
    fcntl(input_.get(), F_SETFL, O_NONBLOCK);
    fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    running_group = pid_;
  }
  ~Child() { running_group = 0; }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Until it has ended and all that it wrote is read. Its output may stay open after it, in the
  // hands of what it left running, and be closed long before. False if cancelled.
  bool Converse() {
    for (;;) {
      if (options_.cancel != nullptr && options_.cancel->load()) {
        return false;
      }
      const bool ended = HasEnded();
      // What is in the pipe when it has ended is all that it wrote.
      Exchange(ended ? 0 : kLookMs);
      if (ended) {
        return true;
      }
    }
  }

  // It and its children: first they are asked, then ended.
  void Terminate() {
    kill(-pid_, SIGTERM);
    kill(-pid_, SIGCONT);  // A stopped one would not hear it.
    const auto end = std::chrono::steady_clock::now() + options_.grace;
    // Who holds the output may still be at work.
    while ((!HasEnded() || output_.ok()) && std::chrono::steady_clock::now() < end) {
      if (HasEnded()) {
        end_.Close();  // Or it would end each wait at once.
      }
      Exchange(kLookMs);
    }
    kill(-pid_, SIGKILL);
  }

  // -1 if somebody else waited for it.
  int Wait() const {
    running_group = 0;  // From here on the number may be another's.
    int status = 0;
    pid_t waited = 0;
    do {
      waited = waitpid(pid_, &status, 0);
    } while (waited < 0 && errno == EINTR);
    if (waited < 0) {
      return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string TakeText() {
    if (text_.size() > kKeptOutput) {
      text_.erase(0, text_.size() - kKeptOutput);
    }
    return std::move(text_);
  }

 private:
  bool HasEnded() const {
    siginfo_t info = {};
    const int found = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    return (found == 0 && info.si_pid == pid_) || (found < 0 && errno == ECHILD);
  }

  // Feeds and reads it, for so long or until there is something to do.
  void Exchange(int wait_ms) {
    if (rest_.empty()) {
      input_.Close();
    }
    // A negative descriptor is left out.
    std::array<pollfd, 3> ends = {{{output_.ok() ? output_.get() : -1, POLLIN, 0},
                                   {input_.ok() ? input_.get() : -1, POLLOUT, 0},
                                   {end_.ok() ? end_.get() : -1, POLLIN, 0}}};
    if (!end_.ok()) {
      wait_ms = std::min(wait_ms, 5);
    }
    if (poll(ends.data(), ends.size(), wait_ms) <= 0) {
      return;
    }
    if (ends[1].revents != 0) {
      Feed();
    }
    if (ends[0].revents != 0) {
      Listen();
    }
  }

  void Feed() {
    const ssize_t written = write(input_.get(), rest_.data(), rest_.size());
    if (written > 0) {
      rest_.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EAGAIN && errno != EINTR) {
      rest_ = {};  // It does not want to hear more.
    }
  }

  // All that is there now, which is no more than a pipe holds: somebody may never stop to write.
  void Listen() {
    std::array<char, 16384> buffer;
    for (std::size_t heard_bytes = 0; heard_bytes < kPipeBytes;) {
      const ssize_t size = read(output_.get(), buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) {
        continue;
      }
      if (size <= 0) {
        if (size == 0 || errno != EAGAIN) {
          output_.Close();
        }
        return;
      }
      const std::string_view heard(buffer.data(), static_cast<std::size_t>(size));
      heard_bytes += heard.size();
      if (options_.heard) {
        options_.heard(heard);
      }
      text_.append(heard);
      if (text_.size() > 2 * kKeptOutput) {
        text_.erase(0, text_.size() - kKeptOutput);
      }
    }
  }

  pid_t pid_;
  FileDescriptor input_;
  FileDescriptor output_;
  FileDescriptor end_;  // Can be read when it has ended.
  const ChildOptions& options_;
  std::string_view rest_;  // Of what it has not heard yet.
  std::string text_;
};

}  // namespace

absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& command,
                                     const ChildOptions& options) {
  SpawnOptions spawn;
  spawn.argv = command;
  for (const auto& [name, value] : options.variables) {
    spawn.variables.push_back(name + "=" + value);
  }
  spawn.directory = options.directory;
  spawn.errors = SpawnOptions::Errors::kToOutput;
  ASSIGN_OR_RETURN(Spawned spawned, Spawn(spawn));
  const SigpipeGuard no_sigpipe;  // A child that ends early must not end us.
  Child child(std::move(spawned), options);
  const bool finished = child.Converse();
  if (!finished) {
    child.Terminate();
  }
  ChildResult result;
  result.exit_code = child.Wait();
  if (!finished) {
    return absl::CancelledError("interrupted");
  }
  if (result.exit_code < 0) {  // Not to be taken for a success.
    return absl::UnavailableError(command[0] + ": its exit status is unknown");
  }
  result.output = child.TakeText();
  return result;
}

void KillRunningChild() {
  if (const pid_t group = running_group.load(); group > 0) {
    kill(-group, SIGKILL);
  }
}

}  // namespace satchel
