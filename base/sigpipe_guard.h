#pragma once

#include <signal.h>

namespace satchel {

// During its lifetime, a write of this thread to a pipe or socket without a reader fails with EPIPE
// instead of ending the process. Other threads and the process's SIGPIPE handling are unaffected:
// the process may belong to somebody else who loaded us as a library.
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
