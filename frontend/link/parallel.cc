#include "frontend/link/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace satchel {

absl::Status ParallelFor(std::size_t count, absl::FunctionRef<absl::Status(std::size_t)> work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::size_t failed_at = count;
  absl::Status failure;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      if (absl::Status status = work(i); !status.ok()) {
        const std::lock_guard lock(mutex);
        next = count;
        if (i < failed_at) {
          failed_at = i;
          failure = std::move(status);
        }
      }
    }
  };
  std::vector<std::thread> threads;
  const std::size_t wanted = std::min<std::size_t>(count, std::thread::hardware_concurrency());
  for (std::size_t i = 1; i < wanted; ++i) {
    try {
      threads.emplace_back(run);
    } catch (const std::system_error&) {
      break;  // No more threads are to be had.
    }
  }
  run();
  for (std::thread& thread : threads) {
    thread.join();
  }
  return failure;
}

}  // namespace satchel
