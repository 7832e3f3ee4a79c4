#include "tests/oracle/isolated.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "absl/strings/str_format.h"

namespace satchel::oracle {
namespace {

[[noreturn]] void Report(const std::string& text, int pipe) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t size = write(pipe, text.data() + written, text.size() - written);
    if (size <= 0) {
      _exit(1);
    }
    written += static_cast<std::size_t>(size);
  }
  _exit(0);  // Without destructors: they belong to the parent.
}

std::string ReadAll(int pipe) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t size = 0; (size = read(pipe, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace

std::string Isolated(const std::function<std::string()>& check, unsigned seconds) {
  std::array<int, 2> ends = {};
  if (pipe(ends.data()) != 0) {
    return "no pipe to be had";
  }
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    alarm(seconds);
    Report(check(), ends[1]);
  }
  close(ends[1]);
  const std::string text = ReadAll(ends[0]);
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    return "no process to be had";
  }
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGALRM
               ? absl::StrFormat("no answer within %d seconds", seconds)
               : absl::StrFormat("crashes: %s", strsignal(WTERMSIG(status)));
  }
  return WEXITSTATUS(status) == 0 ? text : absl::StrFormat("exits with %d", WEXITSTATUS(status));
}

}  // namespace satchel::oracle
