#include "tests/cli/framework/run_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace satchel::testing {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends = {-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  int read_end = -1;
  int write_end = -1;
};

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t size = 0; (size = read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(fd);
  return text;
}

[[noreturn]] void RunChild(const std::vector<std::string>& arguments, const RunOptions& options,
                           const Pipe& input, const Pipe& output, const Pipe& error) {
  // What would change the answers of whoever runs the tests.
  for (const char* name :
       {"CONDA_SUBDIR", "CONDA_OVERRIDE_CUDA", "CONDA_OVERRIDE_GLIBC", "CONDA_OVERRIDE_LINUX",
        "CONDA_OVERRIDE_ARCHSPEC", "NO_COLOR", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_SHLVL",
        "CONDA_EXE", "CONDA_ENVS_DIRS", "CONDA_ENVS_PATH", "MAMBA_ROOT_PREFIX", "CONDARC",
        "CONDA_ROOT", "XDG_CONFIG_HOME", "CONDA_CHANNELS", "SATCHEL_ROOT_PREFIX"}) {
    unsetenv(name);
  }
  // Theirs stays as it is, and may be where nothing can be written.
  setenv("SATCHEL_CACHE_DIR", SATCHEL_DEMO "/../test-cache", 1);
  // No configuration but the test's own, and no server but those that a test starts.
  setenv("HOME", "/nonexistent", 1);
  setenv("SATCHEL_OFFLINE", "true", 1);
  for (const auto& [name, value] : options.variables) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) {
    _exit(126);
  }
  signal(SIGPIPE, SIG_DFL);
  dup2(input.read_end, STDIN_FILENO);
  dup2(options.output_path.empty() ? output.write_end : open(options.output_path.c_str(), O_WRONLY),
       STDOUT_FILENO);
  dup2(error.write_end, STDERR_FILENO);
  std::vector<std::string> words =
      Join({options.program.empty() ? SATCHEL_PROGRAM : options.program}, arguments);
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

Finished RunProgram(const std::vector<std::string>& arguments, const RunOptions& options) {
  const Pipe input;
  const Pipe output;
  const Pipe error;
  if (options.close_output_early) {
    close(output.read_end);  // Before the program can write.
  }
  const pid_t child = fork();
  if (child == 0) {
    RunChild(arguments, options, input, output, error);
  }
  close(input.read_end);
  close(output.write_end);
  close(error.write_end);
  [[maybe_unused]] const ssize_t written =
      write(input.write_end, options.input.data(), options.input.size());
  close(input.write_end);
  std::jthread interrupter;
  if (options.interrupt_after_ms > 0 || options.kill_after_us > 0) {
    interrupter = std::jthread([&options, child] {
      const bool kills = options.kill_after_us > 0;
      std::this_thread::sleep_for(kills ? std::chrono::microseconds(options.kill_after_us)
                                        : std::chrono::milliseconds(options.interrupt_after_ms));
      kill(child, kills ? SIGKILL : SIGINT);
    });
  }
  Finished finished;
  std::jthread error_reader([&] { finished.error = ReadAll(error.read_end); });
  if (!options.close_output_early) {
    finished.output = ReadAll(output.read_end);
  }
  error_reader.join();
  if (interrupter.joinable()) {
    interrupter.join();  // Before the process id can belong to another.
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) {
    finished.exit_code = WEXITSTATUS(status);
  } else {
    finished.signal = WTERMSIG(status);
  }
  return finished;
}

std::vector<std::string> DemoChannels() {
  return {"-c",         "conda-forge", "-c",      "lab", "--channel-alias",
          SATCHEL_DEMO, "--platform",  "linux-64"};
}

std::string ScenarioChannel(const std::string& scenario) {
  return std::string(SATCHEL_DEMO) + "/../" + scenario + "/conda-forge";
}

std::vector<std::string> Join(std::vector<std::string> first,
                              const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace satchel::testing
