// satchel batch, satchel serve --stdio: many requests, one process.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/stopwatch.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "tools/cli/batch/batch_solver.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

// Answers may wait for one before them, but no more than this many.
constexpr std::size_t kMostWaiting = 1000;

// Gives out lines and takes their answers; what threads share.
class BatchQueue final {
 public:
  BatchQueue(std::istream& in, std::ostream& out, bool in_order, std::set<std::string> answered)
      : in_(in), out_(out), in_order_(in_order), answered_(std::move(answered)) {}

  struct Task {
    std::size_t number = 0;  // From 1.
    std::string line;
  };

  // False at the end, after Stop(), or once writing has failed.
  bool Next(Task* task) {
    // Not under the other mutex: whoever waits for a line must not keep answers from being written.
    const std::lock_guard reading(read_mutex_);
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return stopped_ || waiting_.size() < kMostWaiting; });
        if (stopped_) {
          return false;
        }
      }
      if (!ReadLine(&task->line)) {
        return false;
      }
      task->number = ++num_read_;
      if (!StripSpace(task->line).empty() &&
          !answered_.contains(BatchIdOf(task->line, num_read_))) {
        return true;
      }
      const std::lock_guard lock(mutex_);
      Release(task->number, std::nullopt);
    }
  }

  void Put(std::size_t number, std::string answer) {
    const std::lock_guard lock(mutex_);
    ++num_answered_;
    Release(number, std::move(answer));
  }

  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }

  std::size_t num_answered() const {
    const std::lock_guard lock(mutex_);
    return num_answered_;
  }
  bool failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

 private:
  // Of a line that is too long only so much that it is seen to be.
  bool ReadLine(std::string* line) {
    line->clear();
    std::streambuf& bytes = *in_.rdbuf();
    for (int byte = bytes.sbumpc(); byte != std::char_traits<char>::eof(); byte = bytes.sbumpc()) {
      if (byte == '\n') {
        return true;
      }
      if (line->size() <= kLongestBatchLine) {
        line->push_back(static_cast<char>(byte));
      }
    }
    return !line->empty();
  }

  // Nothing for a line that has no answer.
  void Release(std::size_t number, std::optional<std::string> answer) {
    if (!in_order_) {
      Write(answer);
      return;
    }
    waiting_.emplace(number, std::move(answer));
    while (!waiting_.empty() && waiting_.begin()->first == next_written_) {
      Write(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_written_;
    }
    room_.notify_all();
  }

  void Write(const std::optional<std::string>& answer) {
    if (answer.has_value() && !failed_) {
      out_ << *answer << '\n' << std::flush;
      failed_ = !out_.good();
      stopped_ = stopped_ || failed_;
    }
  }

  std::istream& in_;
  std::ostream& out_;
  const bool in_order_;
  const std::set<std::string> answered_;  // Ids.
  std::size_t num_read_ = 0;
  std::mutex read_mutex_;     // Of in_ and num_read_.
  mutable std::mutex mutex_;  // Of what follows.
  std::condition_variable room_;
  std::map<std::size_t, std::optional<std::string>> waiting_;
  std::size_t num_answered_ = 0;
  std::size_t next_written_ = 1;
  bool stopped_ = false;
  bool failed_ = false;
};

// The ids of whole lines of an earlier run; what an interrupted one left of a line is cut off.
absl::StatusOr<std::set<std::string>> AnsweredIn(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) {
    return std::set<std::string>();
  }
  RETURN_IF_ERROR(text.status());
  const std::size_t whole = text->rfind('\n') + 1;
  if (whole != text->size() && truncate(path.c_str(), static_cast<off_t>(whole)) != 0) {
    return absl::ErrnoToStatus(errno, path);
  }
  std::set<std::string> ids;
  for (const std::string_view line : Split(std::string_view(*text).substr(0, whole), '\n')) {
    if (!line.empty()) {
      ids.insert(BatchIdOf(line, 0));
    }
  }
  return ids;
}

void Work(const Arguments& arguments, const Configuration& configuration, BatchQueue& queue) {
  BatchSolver solver(arguments, configuration, InterruptGuard::flag());
  BatchQueue::Task task;
  while (queue.Next(&task)) {
    absl::StatusOr<std::string> answer = solver.Answer(task.line, task.number);
    if (!answer.ok()) {  // Only an interrupt.
      queue.Stop();
      return;
    }
    queue.Put(task.number, *std::move(answer));
  }
}

absl::StatusOr<std::size_t> JobsOf(const Arguments& arguments) {
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  if (!arguments.jobs.empty()) {
    const auto [end, error] =
        std::from_chars(arguments.jobs.data(), arguments.jobs.data() + arguments.jobs.size(), jobs);
    if (error != std::errc() || *end != '\0' || jobs == 0 || jobs > 1024) {
      return absl::InvalidArgumentError("--jobs: expected a number from 1 to 1024");
    }
  }
  return jobs;
}

absl::StatusOr<ExitCode> Answer(const Arguments& arguments, std::istream& in, std::ostream& out,
                                std::set<std::string> answered) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::size_t jobs, JobsOf(arguments));
  const InterruptGuard interrupt;
  Stopwatch watch;
  BatchQueue queue(in, out, !arguments.unordered, std::move(answered));
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < jobs; ++i) {
    threads.emplace_back([&] { Work(arguments, configuration, queue); });
  }
  Work(arguments, configuration, queue);
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (queue.failed()) {
    return absl::UnavailableError("the answers cannot be written");
  }
  if (!arguments.quiet && isatty(STDERR_FILENO) != 0) {
    const double seconds = watch.Lap() / 1000;
    PrintNote(absl::StrFormat("%d answers in %.1f s (%.0f a second)\n", queue.num_answered(),
                              seconds, queue.num_answered() / std::max(seconds, 1e-9)));
  }
  return interrupt.flag()->load() ? kExitInterrupted : kExitOk;
}

}  // namespace

absl::StatusOr<ExitCode> RunBatch(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError(
        "give one file with a request on each line, or - for standard input");
  }
  if (arguments.resume && arguments.output.empty()) {
    return absl::InvalidArgumentError("--resume needs --output, the file of the earlier run");
  }
  std::set<std::string> answered;
  if (arguments.resume) {
    ASSIGN_OR_RETURN(answered, AnsweredIn(arguments.output));
  }
  std::ifstream file;
  std::istream* in = &std::cin;
  if (arguments.positional[0] != "-") {
    file.open(arguments.positional[0]);
    if (!file || std::filesystem::is_directory(arguments.positional[0])) {
      return absl::NotFoundError(arguments.positional[0] + ": cannot be read");
    }
    in = &file;
  }
  std::ofstream written;
  std::ostream* out = &std::cout;
  if (!arguments.output.empty() && arguments.output != "-") {
    written.open(arguments.output, arguments.resume ? std::ios::app : std::ios::trunc);
    if (!written) {
      return absl::PermissionDeniedError(arguments.output + ": cannot be written");
    }
    out = &written;
  }
  return Answer(arguments, *in, *out, std::move(answered));
}

}  // namespace satchel
