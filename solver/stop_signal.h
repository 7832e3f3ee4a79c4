#pragma once

#include <atomic>
#include <chrono>

namespace satchel {

// When to give up: a deadline, a flag that someone else sets, or neither.
class StopSignal final {
 public:
  // `timeout_seconds` of 0 or less: no deadline. `cancel` may be null and outlives this.
  StopSignal(double timeout_seconds, const std::atomic<bool>* cancel)
      : has_deadline_(timeout_seconds > 0), cancel_(cancel) {
    if (has_deadline_) {
      deadline_ = std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                      std::chrono::duration<double>(timeout_seconds));
    }
  }

  bool cancelled() const { return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed); }
  bool expired() const { return has_deadline_ && std::chrono::steady_clock::now() >= deadline_; }
  bool stop() const { return cancelled() || expired(); }

 private:
  bool has_deadline_;
  const std::atomic<bool>* cancel_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace satchel
