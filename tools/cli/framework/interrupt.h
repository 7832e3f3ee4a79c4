#pragma once

#include <signal.h>

#include <atomic>

namespace satchel {

// During its lifetime, the first Ctrl-C (or SIGTERM, SIGHUP) sets a flag and the second one ends
// the process as usual. Guards may overlap, on several threads too: the first one clears the flag,
// the last one restores what signals did before.
class InterruptGuard final {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static const std::atomic<bool>* flag();
};

}  // namespace satchel
