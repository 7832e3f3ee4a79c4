#include "frontend/link/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "absl/cleanup/cleanup.h"

#include "base/status_macros.h"
#include "frontend/link/file_handle.h"

extern char** environ;

namespace satchel {
namespace {

constexpr std::size_t kKeptOutput = 64 << 10;

std::vector<std::string> EnvironmentWith(
    const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    const std::string_view name = text.substr(0, text.find('='));
    if (std::ranges::none_of(variables, [name](const auto& v) { return v.first == name; })) {
      lines.emplace_back(text);
    }
  }
  for (const auto& [name, value] : variables) {
    lines.push_back(name + "=" + value);
  }
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  FileHandle read;
  FileHandle write;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "pipe");
  }
  return Pipe{FileHandle(ends[0]), FileHandle(ends[1])};
}

// Starts the program with `input` and `output` as its ends.
absl::StatusOr<pid_t> Start(const std::vector<std::string>& command, const ChildOptions& options,
                            int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  const auto destroy = absl::MakeCleanup([&] {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  });
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  if (!options.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  }
  // A group of its own: Ctrl-C is ours to handle, and we can end the child with its children.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<std::string> words = command;
  std::vector<std::string> environment = EnvironmentWith(options.variables);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, words[0].c_str(), &actions, &attributes,
                                 Pointers(words).data(), Pointers(environment).data());
  if (error != 0) {
    return absl::ErrnoToStatus(error, command[0]);
  }
  return pid;
}

// Feeds and reads the child until it closes its output. Returns false if cancelled.
bool Converse(FileHandle input, const FileHandle& output, const ChildOptions& options,
              std::string* text) {
  std::string_view rest = options.input;
  fcntl(input.get(), F_SETFL, O_NONBLOCK);
  std::array<char, 16384> buffer;
  for (;;) {
    if (rest.empty()) {
      input.Close();
    }
    std::array<pollfd, 2> ends = {{{output.get(), POLLIN, 0}, {input.get(), POLLOUT, 0}}};
    poll(ends.data(), input.ok() ? 2 : 1, 100);
    if (options.cancel != nullptr && options.cancel->load()) {
      return false;
    }
    if (input.ok() && ends[1].revents != 0) {
      const ssize_t written = write(input.get(), rest.data(), rest.size());
      if (written > 0) {
        rest.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EAGAIN && errno != EINTR) {
        rest = {};  // It does not want to hear more.
      }
    }
    if (ends[0].revents != 0) {
      const ssize_t size = read(output.get(), buffer.data(), buffer.size());
      if (size == 0 || (size < 0 && errno != EINTR)) {
        return true;
      }
      const std::string_view heard(buffer.data(),
                                   static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      if (options.heard) {
        options.heard(heard);
      }
      text->append(heard);
      if (text->size() > 2 * kKeptOutput) {
        text->erase(0, text->size() - kKeptOutput);
      }
    }
  }
}

}  // namespace

absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& command,
                                     const ChildOptions& options) {
  ASSIGN_OR_RETURN(Pipe input, MakePipe());
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(const pid_t pid, Start(command, options, input.read.get(), output.write.get()));
  input.read.Close();
  output.write.Close();
  // A child that ends early must not end us.
  struct sigaction ignore = {};
  struct sigaction previous = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &previous);
  ChildResult result;
  const bool finished = Converse(std::move(input.write), output.read, options, &result.output);
  sigaction(SIGPIPE, &previous, nullptr);
  if (!finished) {
    kill(-pid, SIGTERM);
  }
  output.read.Close();
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!finished) {
    return absl::CancelledError("interrupted");
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (result.output.size() > kKeptOutput) {
    result.output.erase(0, result.output.size() - kKeptOutput);
  }
  return result;
}

}  // namespace satchel
