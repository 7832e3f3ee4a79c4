#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "absl/status/status.h"

namespace satchel {

// When to give up: a deadline, a flag that someone else sets, both, or neither. Once it has said
// stop it stays with that.
class StopSignal final {
 public:
  // `timeout_seconds` of 0 or less: no deadline. `cancel` may be null and outlives this.
  StopSignal(double timeout_seconds, const std::atomic<bool>* cancel);
  // The time of a part, within that of the whole, which outlives this.
  StopSignal(double timeout_seconds, const StopSignal& whole);

  // Cost: a look at the clock.
  bool stop() const;
  // After stop(): kCancelled or kDeadlineExceeded.
  absl::Status Why() const;

  // For tests: asked at each look at any signal of this thread, with the signal; true: as if its
  // time were up. So a test can stop at the n-th place where that is possible, for each n.
  using Look = std::function<bool(const StopSignal*)>;
  static void SetLook(Look look);

 private:
  bool HasCause() const;

  bool has_deadline_;
  const std::atomic<bool>* cancel_;
  const StopSignal* whole_ = nullptr;
  std::chrono::steady_clock::time_point deadline_;
  mutable bool stopped_ = false;
};

// Whether an error says that a search was stopped, rather than that something went wrong.
inline bool WasStopped(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

}  // namespace satchel
