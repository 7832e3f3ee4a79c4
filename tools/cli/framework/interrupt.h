#pragma once

#include <signal.h>

#include <array>
#include <atomic>

namespace satchel {

// During its lifetime, the first Ctrl-C (or SIGTERM, SIGHUP) sets a flag and the second one ends
// the process as usual. One at a time.
class InterruptGuard final {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static const std::atomic<bool>* flag();

 private:
  std::array<struct sigaction, 3> previous_ = {};
};

}  // namespace satchel
