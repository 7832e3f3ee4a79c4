#pragma once

#include <signal.h>

namespace satchel {

// While it lives, a write of this thread to a pipe or socket that nobody reads any more fails with
// EPIPE and does not end the process. Other threads, and what the process does about SIGPIPE, are
// left alone: it may be somebody else's process, which loaded us as a library.
class SigpipeGuard final {
 public:
  SigpipeGuard();
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t previous_mask_;
  bool was_pending_;
};

}  // namespace satchel
