#pragma once

#include <signal.h>

#include <atomic>

namespace satchel {

// While it lives, the first Ctrl-C sets a flag and the second one ends the process as usual.
// One at a time.
class InterruptGuard final {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  const std::atomic<bool>* flag() const;

 private:
  struct sigaction previous_ = {};
};

}  // namespace satchel
