#include "solver/search/stop_signal.h"

#include <utility>

namespace satchel {
namespace {

thread_local StopSignal::Look look_of_test;

}  // namespace

StopSignal::StopSignal(double timeout_seconds, const std::atomic<bool>* cancel)
    : has_deadline_(timeout_seconds > 0), cancel_(cancel) {
  if (has_deadline_) {
    deadline_ = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(timeout_seconds));
  }
}

StopSignal::StopSignal(double timeout_seconds, const StopSignal& whole)
    : StopSignal(timeout_seconds, nullptr) {
  whole_ = &whole;
}

void StopSignal::SetLook(Look look) {
  look_of_test = std::move(look);
}

bool StopSignal::HasCause() const {
  return (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) ||
         (has_deadline_ && std::chrono::steady_clock::now() >= deadline_) ||
         (whole_ != nullptr && whole_->stop()) || (look_of_test && look_of_test(this));
}

bool StopSignal::stop() const {
  stopped_ = stopped_ || HasCause();
  return stopped_;
}

absl::Status StopSignal::Why() const {
  if (whole_ != nullptr && whole_->stopped_) {
    return whole_->Why();
  }
  return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)
             ? absl::CancelledError("cancelled")
             : absl::DeadlineExceededError("time is up");
}

}  // namespace satchel
